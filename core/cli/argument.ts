import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { readTextFile } from '../host/read-text-file.ts';
import { readJson } from '../language/source/read-json.ts';
import { isRecord } from '../language/values/is-record.ts';

interface Given {
  readonly text: string;
  /** Present when the text was read from a file. */
  readonly file?: string;
}

/** The text of an argument: itself, or the file that `@path` names (`@-` is standard input). */
function textOf(argument: string, name: string): Given {
  if (!argument.startsWith('@')) return { text: argument };
  const file = argument.slice(1);
  return { text: readTextFile(file, `--${name}`), file };
}

function parse({ text, file }: Given, name: string): unknown {
  const subject = file ?? 'the value';
  return readJson(text, (problem) => raise.USAGE({ message: `--${name}: ${subject} is not valid JSON: ${problem}.` }));
}

/** JSON given on the command line or in a file, with exact numbers. */
export function jsonArgument(argument: string, name: string): unknown {
  return parse(textOf(argument, name), name);
}

/** JSON that must be an object, such as secrets and variables. Absent: an empty one. */
export function objectArgument(argument: string | undefined, name: string): Record<string, unknown> {
  if (argument === undefined) return {};
  const value = jsonArgument(argument, name);
  if (!isRecord(value)) throw raise.USAGE({ message: `--${name}: expected a JSON object, not ${kindOf(value)}.` });
  return value as Record<string, unknown>;
}

/** What a JSON value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' || typeof value === 'bigint' ? 'a number' : `a ${typeof value}`;
}

/** A workflow's input: JSON; or, from a file that is not called `*.json`, its text when it is not JSON (an e-mail, a log, a CSV). */
export function inputArgument(argument: string | undefined): unknown {
  if (argument === undefined) return null;
  const given = textOf(argument, 'input');
  try {
    return parse(given, 'input');
  } catch (error) {
    if (BackplaneError.is(error) && error.code === 'INPUT_TOO_DEEP') throw error;
    if (given.file !== undefined && !given.file.endsWith('.json')) return given.text;
    throw error;
  }
}

/** The `ALIAS=FILE` pairs of `--with`. */
export function aliasedFiles(pairs: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    if (split < 1) throw raise.USAGE({ message: `--with: expected ALIAS=FILE, got \`${pair}\`.` });
    const alias = pair.slice(0, split);
    if (files.has(alias)) throw raise.USAGE({ message: `--with: the alias \`${alias}\` is given twice.` });
    files.set(alias, pair.slice(split + 1));
  }
  return files;
}
