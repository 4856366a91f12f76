import { parseJson, stringifyJson } from '@backplane/sdk';
import { toData } from '../values/to-data.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';

/** Compact JSON, or with this many spaces of indent; dates as ISO strings, NaN as null. */
export function toJson(value: Value, indent?: number): string {
  return stringifyJson(toData(value), indent);
}

/** Parses JSON, numbers kept exact. The message of a syntax error has no text of the input, which may be secret. */
export function fromJson(text: string, given: Arguments): Value {
  try {
    return parseJson(text) as Value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return given.fail(`the text is not valid JSON${placeOf(error.message)}`);
  }
}

function placeOf(message: string): string {
  const place = /line \d+ column \d+/.exec(message)?.[0];
  if (place !== undefined) return ` (${place})`;
  return /end of JSON/.test(message) ? ' (it ends too early)' : '';
}
