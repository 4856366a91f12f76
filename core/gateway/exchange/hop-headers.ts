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

/** Names come in few spellings, and looking them up again is cheaper than writing them small. Bounded, since callers choose names. */
const seen = new Map<string, string>();
const MOST_SEEN = 1_024;

export function lowerCaseName(name: string): string {
  const known = seen.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (seen.size < MOST_SEEN && name.length <= 64) seen.set(name, lower);
  return lower;
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
