import { stringifyJson } from '@backplane/sdk';

/** A value as text in a query, form field or header: `true`, `1.0`, `''` for null; lists and maps as JSON. */
export function wireText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : stringifyJson(value);
}

/** Name-value pairs; a list gives one pair an item. */
export function wirePairs(fields: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, wireText(item)]),
  );
}

/** `application/x-www-form-urlencoded`: everything but letters, digits and `_.-~` escaped, space as `+`. */
export function encodeForm(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
