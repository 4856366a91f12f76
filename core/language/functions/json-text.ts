import { stringifyJson } from '@backplane/sdk';
import { readJson } from '../source/read-json.ts';
import { toData } from '../values/to-data.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';

/** Compact JSON, or with this many spaces of indent; dates as ISO strings, NaN as null. */
export function toJson(value: Value, indent?: number): string {
  return stringifyJson(toData(value), indent);
}

/**
 * Parses JSON, numbers kept exact. The message of a syntax error has no text of the input, which may be secret.
 * @throws INPUT_TOO_DEEP
 */
export function fromJson(text: string, given: Arguments): Value {
  return readJson(text, (problem) => given.fail(`the text is not valid JSON${placeOf(problem)}`)) as Value;
}

function placeOf(message: string): string {
  const place = /line \d+ column \d+/.exec(message)?.[0];
  if (place !== undefined) return ` (${place})`;
  return /end of JSON/.test(message) ? ' (it ends too early)' : '';
}
