import { Float } from './float.ts';

/** Numbers that `JSON.parse` would change: a fraction or exponent that is whole (`2.0`, `1e3`), or more than 15 digits. */
const NEEDS_CARE = /\d(?:\.0*(?![\d])|\.\d*[eE]|[eE])|\d{16}/;

/** Parses JSON without losing what JavaScript numbers cannot hold: whole floats become {@link Float}, large integers `bigint`. */
export function parseJson(text: string): unknown {
  if (!NEEDS_CARE.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown);
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  const { source } = context;
  if (/[.eE]/.test(source)) return Number.isInteger(value) ? new Float(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(source);
}

/** Writes JSON that {@link parseJson} reads back unchanged. `indent` is a number of spaces. Throws on cycles, as JSON.stringify does. */
export function stringifyJson(value: unknown, indent?: number): string {
  try {
    // Several times as fast as with a function for every value; refuses only large integers.
    return JSON.stringify(value, undefined, indent) ?? 'null';
  } catch (error) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error;
    return JSON.stringify(value, exactText, indent) ?? 'null';
  }
}

function exactText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value;
}

/** A copy with plain JavaScript numbers, for code that knows nothing of {@link Float}; integers beyond 2^53 stay `bigint`. */
export function plainNumbers(value: unknown): unknown {
  if (Float.is(value)) return value.value;
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy: Record<string, unknown> = Object.create(prototype);
  for (const key of Object.keys(value)) copy[key] = plainNumbers((value as Record<string, unknown>)[key]);
  return copy;
}
