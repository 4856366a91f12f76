import { TOKEN } from './header-syntax.ts';

/** Headers that speak of one connection and are never handed on (RFC 9110 §7.6.1). Lower case. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
]);

/** What there is to know of the name of a header. */
export interface HeaderName {
  readonly lower: string;
  readonly isToken: boolean;
  readonly isOfConnection: boolean;
}

/** Names come in few spellings, and looking them up again is cheaper than looking at them. Bounded, since callers choose names. */
const seen = new Map<string, HeaderName>();
const MOST_SEEN = 1_024;

export function headerName(name: string): HeaderName {
  return seen.get(name) ?? lookAt(name);
}

function lookAt(name: string): HeaderName {
  const lower = name.toLowerCase();
  const known = { lower, isToken: TOKEN.test(name), isOfConnection: OF_CONNECTION.has(lower) };
  if (seen.size < MOST_SEEN && name.length <= 64) seen.set(name, known);
  return known;
}

export function isOfConnection(lowerName: string): boolean {
  return OF_CONNECTION.has(lowerName);
}

/** What `Connection` names besides; undefined for the usual `keep-alive` and `close`. */
export function namedByConnection(value: string): ReadonlySet<string> | undefined {
  if (value === 'keep-alive' || value === 'close' || value === 'Keep-Alive') return undefined;
  const names = value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return new Set(names);
}
