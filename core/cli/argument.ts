import { readFileSync } from 'node:fs';
import { parseJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

/** The text of an argument: itself, or the file that `@path` names (`@-` is standard input). */
function textOf(argument: string, name: string): { text: string; file?: string } {
  if (!argument.startsWith('@')) return { text: argument };
  const file = argument.slice(1);
  try {
    return { text: readFileSync(file === '-' ? 0 : file, 'utf8'), file };
  } catch (cause) {
    throw raise.USAGE(
      { message: `--${name}: cannot read ${file} (${(cause as NodeJS.ErrnoException).code}).` },
      { cause },
    );
  }
}

/** JSON given on the command line or in a file, with exact numbers. */
export function jsonArgument(argument: string, name: string): unknown {
  const { text, file } = textOf(argument, name);
  try {
    return parseJson(text);
  } catch (cause) {
    const where = file ? `${file} is` : 'the value is';
    throw raise.USAGE({ message: `--${name}: ${where} not valid JSON: ${(cause as Error).message}.` }, { cause });
  }
}

/** JSON that must be an object, such as secrets and variables. */
export function objectArgument(argument: string | undefined, name: string): Record<string, unknown> {
  if (argument === undefined) return {};
  const value = jsonArgument(argument, name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw raise.USAGE({ message: `--${name}: expected a JSON object.` });
  }
  return value as Record<string, unknown>;
}

/** A workflow's input: JSON; or, from a file that is not called `*.json`, its text when it is not JSON (an e-mail, a log, a CSV). */
export function inputArgument(argument: string | undefined): unknown {
  if (argument === undefined) return null;
  const { text, file } = textOf(argument, 'input');
  try {
    return parseJson(text);
  } catch (cause) {
    if (file !== undefined && !file.endsWith('.json')) return text;
    throw raise.USAGE({ message: `--input: not valid JSON: ${(cause as Error).message}.` }, { cause });
  }
}
