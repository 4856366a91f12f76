import type { Isolate, Script } from 'isolated-vm';
import { namedGlobals } from './named-globals.ts';
import { rewriteExport } from './rewrite-exports.ts';
import { ScriptFailure } from './script-failure.ts';
import { stripTypes } from './strip-types.ts';

/** The text that V8 compiled, for compiling the same script in another isolate without finding it out again. */
export interface PreparedScript {
  readonly code: string;
  readonly file: string;
  /** Characters before the user's first one, all on the first line. */
  readonly shift: number;
  /** Globals that the script can use (see `named-globals.ts`). */
  readonly globals: string;
}

const IDENTIFIER = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const FUNCTIONS = new RegExp(
  String.raw`\bfunction\s*\*?\s*(${IDENTIFIER})|\b(?:const|let|var)\s+(${IDENTIFIER})\s*=\s*(?:async\b\s*)?(?:function\b|\(|${IDENTIFIER}\s*=>)`,
  'gu',
);
/** Words that cannot follow `typeof` as a name; only a comment can make the pattern above find them. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static super switch ' +
    'this throw true try typeof var void while with yield'
  ).split(' '),
);
const MOST_FUNCTIONS = 100;
const MOST_EXPORTS = 200;

/**
 * Compiles a script to a function of `($entry, inputs)`. Nobody parses the script but V8: its text becomes the body of a function,
 * and module syntax is removed exactly where V8 stumbles over it. Which functions the script has is asked by `typeof` at its end.
 */
export function compileScript(
  isolate: Isolate,
  source: string,
  language: 'javascript' | 'typescript',
): [Script, PreparedScript] {
  const file = language === 'typescript' ? 'script.ts' : 'script.js';
  let text = language === 'typescript' ? stripTypes(source) : source;
  let preferred: string | undefined;
  for (let round = 0; round < MOST_EXPORTS; round++) {
    const prepared = wrap(text, preferred, file);
    try {
      return [compilePrepared(isolate, prepared), prepared];
    } catch (error) {
      const place = placeOf(error, text);
      const offset = place === undefined ? -1 : offsetOf(text, place.line, place.column);
      const rewritten = offset >= 0 && /^export\b/.test(text.slice(offset)) ? rewriteExport(text, offset) : undefined;
      if (rewritten === undefined) throw failureOf(error, place, text.slice(offset));
      text = rewritten.text;
      preferred = rewritten.preferred ?? preferred;
    }
  }
  throw new ScriptFailure({ kind: 'syntax', message: `it has more than ${MOST_EXPORTS} exports` });
}

export function compilePrepared(isolate: Isolate, { code, file, shift }: PreparedScript): Script {
  return isolate.compileScriptSync(code, { filename: file, columnOffset: -shift });
}

function wrap(text: string, preferred: string | undefined, file: string): PreparedScript {
  const kind = /\bawait\b/.test(text) ? 'async function' : 'function';
  const before = `(function($entry,inputs){"use strict";var $default;return(${kind}(){`;
  const names = functionNames(text).map((name) => `"${name}":typeof ${name}==="function"?${name}:null`);
  const after = `\n;return $entry({${names.join(',')}},${preferred ?? 'undefined'})})()})`;
  return { code: before + text + after, file, shift: before.length, globals: namedGlobals(text) };
}

function functionNames(text: string): string[] {
  const names = new Set(['main']);
  for (const match of text.matchAll(FUNCTIONS)) {
    const name = match[1] ?? match[2]!;
    if (!RESERVED.has(name) && names.size < MOST_FUNCTIONS) names.add(name);
  }
  return [...names];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** isolated-vm ends the message of a syntax error with `[file:line:column]`. Beyond the script's end means at its end. */
function placeOf(error: unknown, text: string): Place | undefined {
  const match = / \[script\.[jt]s:(\d+):(-?\d+)\]$/.exec(String((error as Error).message));
  if (!match) return undefined;
  const lines = text.split('\n');
  const [line, column] = [Number(match[1]), Math.max(1, Number(match[2]))];
  return line <= lines.length ? { line, column } : { line: lines.length, column: lines.at(-1)!.length + 1 };
}

function offsetOf(text: string, line: number, column: number): number {
  let offset = 0;
  for (let skipped = 1; skipped < line; skipped++) offset = text.indexOf('\n', offset) + 1;
  return offset + column - 1;
}

function failureOf(error: unknown, place: Place | undefined, rest: string): ScriptFailure {
  if (error instanceof ScriptFailure) return error;
  const message = String((error as Error).message).replace(/ \[script\.[jt]s:-?\d+:-?\d+\]$/, '');
  if (/^(import|export)\b/.test(rest) && /import|export/.test(message))
    return new ScriptFailure({ kind: 'import', ...place });
  return new ScriptFailure({ kind: 'syntax', message, ...place });
}
