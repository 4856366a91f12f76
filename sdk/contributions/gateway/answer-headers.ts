import type { PolicyHeaders } from './exchange.ts';

const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  // The gateway counts for itself what it sends.
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What of an answer a `PolicyReply` can say again: names in lower case, repeated ones joined; without those of the connection, without the length, and
 * without cookies, which cannot be joined.
 */
export function answerHeaders(headers: PolicyHeaders): Record<string, string> {
  const named = new Set(
    headers
      .all('connection')
      .join(',')
      .toLowerCase()
      .split(/[\s,]+/),
  );
  const joined = new Map<string, string>();
  for (const [name, value] of headers.entries()) {
    const key = name.toLowerCase();
    if (key === 'set-cookie' || OF_CONNECTION.has(key) || named.has(key)) continue;
    const before = joined.get(key);
    joined.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}
