import { encodeForm, wirePairs } from './wire-text.ts';

/** Adds parameters to a URL, whatever text it is. Its own query stays, except where a parameter of the same name replaces it. */
export function withQuery(url: string, params: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = wirePairs(withoutNulls(params ?? {}));
  if (pairs.length === 0) return url;
  const [, base, query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url)!;
  const replaced = new Set(pairs.map(([name]) => name));
  const kept = query.split('&').filter((pair) => pair !== '' && !replaced.has(nameOf(pair)));
  return `${base}?${[...kept, encodeForm(pairs)].join('&')}${fragment}`;
}

function nameOf(pair: string): string {
  return new URLSearchParams(pair).keys().next().value ?? '';
}

function withoutNulls(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = (value: unknown) => value !== null && value !== undefined;
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => present(value))
      .map(([name, value]) => [name, Array.isArray(value) ? value.filter(present) : value]),
  );
}
