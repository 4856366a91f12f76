import { parseJson, plainNumbers } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { FixtureMatch } from './fixture-schema.ts';

/** What of a request a fixture may look at; the body only when a `match` asks for it. */
export interface FixtureCall {
  readonly method: string;
  readonly url: string;
  bodyText(): Promise<string>;
}

export type Matcher = (call: FixtureCall) => Promise<boolean>;

/** Throws HTTP_PORT_FIXTURE_INVALID for a regular expression that is none. */
export function compileMatch({ method, url, query, body }: FixtureMatch): Matcher {
  const wantedMethod = method?.toUpperCase();
  const urlFits = url === undefined ? undefined : compileUrl(url);
  const wantedBody = plainNumbers(body);
  return async (call) => {
    if (wantedMethod !== undefined && wantedMethod !== call.method) return false;
    if (urlFits !== undefined && !urlFits(call.url)) return false;
    if (query !== undefined && !queryFits(query, queryOf(call.url))) return false;
    return body === undefined || bodyFits(wantedBody, await call.bodyText());
  };
}

function compileUrl(wanted: string): (url: string) => boolean {
  const expression = /^\/(.+)\/([imsuv]*)$/s.exec(wanted);
  if (expression !== null) {
    const compiled = compileRegExp(expression[1]!, expression[2]!);
    return (url) => compiled.test(url);
  }
  if (!wanted.includes('*')) return (url) => url.startsWith(wanted);
  const pattern = new RegExp(`^${wanted.split('*').map(RegExp.escape).join('.*')}$`, 's');
  return (url) => pattern.test(url);
}

function compileRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw raise.HTTP_PORT_FIXTURE_INVALID({ problem: (error as Error).message }, { cause: error });
  }
}

function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/s.exec(url)?.[1] ?? '');
}

function queryFits(wanted: NonNullable<FixtureMatch['query']>, query: URLSearchParams): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const given = query.getAll(name);
    return Array.isArray(value) ? String(value) === String(given) : given.includes(String(value));
  });
}

function bodyFits(wanted: unknown, text: string): boolean {
  if (typeof wanted === 'string') return text.includes(wanted);
  return contains(parsedBody(text), wanted);
}

function parsedBody(text: string): unknown {
  try {
    return plainNumbers(parseJson(text));
  } catch {
    // Not JSON: read it as a form, whose values are all text.
    return Object.fromEntries(new URLSearchParams(text));
  }
}

/** Every member of `wanted` is in `given`, equal; lists have equal lengths. Numbers compare by value, and with the text of a form. */
function contains(given: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(given) &&
      given.length === wanted.length &&
      wanted.every((item, index) => contains(given[index], item))
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof given !== 'object' || given === null) return false;
    return Object.entries(wanted).every(
      ([key, value]) => Object.hasOwn(given, key) && contains((given as Record<string, unknown>)[key], value),
    );
  }
  return (
    given === wanted || (given !== null && given !== undefined && wanted !== null && String(given) === String(wanted))
  );
}
