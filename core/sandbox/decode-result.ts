import { parseJson } from '@backplane/sdk';
import type { Failure } from './wire.ts';

/** Deeper data would break code that walks it recursively, somewhere far from here. */
const MOST_DEPTH = 500;

/** A result as data, or why it is none: the text comes from where hostile code ran and is checked like any input. */
export function decodeResult(
  text: string,
  outputBytes: number,
): { readonly value: unknown } | { readonly failure: Failure } {
  const bytes = Buffer.byteLength(text);
  if (bytes > outputBytes) return { failure: { kind: 'output', bytes } };
  if (isDeep(text)) return refused(`it is nested more than ${MOST_DEPTH} levels deep`);
  try {
    const value = parseJson(text);
    return isPoisoned(text, value) ? refused('it has a key named __proto__') : { value };
  } catch {
    return refused('the sandbox answered with text that is not JSON');
  }
}

function refused(what: string): { readonly failure: Failure } {
  return { failure: { kind: 'result', what } };
}

/** True when a value parsed from this text has a key that changes prototypes wherever the object is copied key by key. */
export function isPoisoned(text: string, value: unknown): boolean {
  return /__proto__|\\u005f/i.test(text) && holdsProto(value);
}

/** True for JSON text nested deeper than code that walks it recursively could bear. */
export function isDeep(text: string): boolean {
  if (text.length <= 2 * MOST_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') at = stringEnd(text, at);
    else if ((sign === '[' || sign === '{') && ++depth > MOST_DEPTH) return true;
    else if (sign === ']' || sign === '}') depth--;
  }
  return false;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function holdsProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(holdsProto);
}
