import type { PolicyHeaders } from '@backplane/sdk';

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');

/** The caller has it already: its condition fits these headers (RFC 9110, 13.1). */
export function isNotModified(request: PolicyHeaders, headers: Readonly<Record<string, string>>): boolean {
  const tags = request.get('if-none-match');
  if (tags !== undefined) {
    const etag = headers['etag'];
    return (
      tags.trim() === '*' ||
      (etag !== undefined && (tags.match(/(W\/)?"[^"]*"/g) ?? []).map(opaque).includes(opaque(etag)))
    );
  }
  const since = Date.parse(request.get('if-modified-since') ?? '');
  const modified = Date.parse(headers['last-modified'] ?? '');
  return !Number.isNaN(since) && !Number.isNaN(modified) && modified <= since;
}

export function hasConditions(request: PolicyHeaders): boolean {
  return CONDITIONS.some((name) => request.get(name) !== undefined);
}

const CONDITIONS = ['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range'];
/** What a 304 still says. */
const OF_NOT_MODIFIED = [
  'age',
  'cache-control',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
];

export function notModifiedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    OF_NOT_MODIFIED.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}
