import { stripTypeScriptTypes } from 'node:module';
import { ScriptFailure } from './script-failure.ts';

/** So that a `return` or `await` outside any function, which modules forbid, passes the type stripper. */
const OPEN = 'async()=>{';

/** JavaScript of the same length and lines as the TypeScript. */
export function stripTypes(source: string): string {
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    const message = messageOf(error);
    if (!/return statement|await/i.test(message)) throw failureOf(error);
  }
  try {
    return stripTypeScriptTypes(`${OPEN}${source}\n}`).slice(OPEN.length, -2);
  } catch (error) {
    throw failureOf(error, OPEN.length);
  }
}

/** Node's stripper gives the place as `:line`, the lines around it, and a row of carets below it. */
function failureOf(error: unknown, shift = 0): ScriptFailure {
  const code = (error as { code?: unknown }).code;
  const worn = code !== 'ERR_INVALID_TYPESCRIPT_SYNTAX' && code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  if (worn) return new ScriptFailure({ kind: 'syntax', message: 'the TypeScript is nested too deeply' }, true);
  const place = /^:(\d+)\n(?:[^\n]*\n)+?( *)\^+\n/.exec(String((error as Error).stack));
  if (!place) return new ScriptFailure({ kind: 'syntax', message: messageOf(error) });
  const line = Number(place[1]);
  return new ScriptFailure({
    kind: 'syntax',
    message: messageOf(error),
    line,
    column: place[2]!.length + 1 - (line === 1 ? shift : 0),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
