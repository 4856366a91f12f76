import type { PolicyHeaders, PolicyRequest } from '@backplane/sdk';

/** Under what answers of an address are kept: as callers see it. */
export function keyOf({ scheme, host }: Pick<PolicyRequest, 'scheme' | 'host'>, url: string): string {
  return `${scheme}://${host}${url}`;
}

/** What a successful change makes invalid: its own address, and those of this host that its answer names (RFC 9111, 4.4). */
export function invalidatedKeys(
  request: Pick<PolicyRequest, 'scheme' | 'host' | 'url'>,
  answer: PolicyHeaders,
): string[] {
  const keys = [keyOf(request, request.url)];
  const base = `${request.scheme}://${request.host || 'localhost'}${request.url}`;
  for (const name of ['location', 'content-location']) {
    const target = answer.get(name);
    const url = target === undefined ? null : URL.parse(target, base);
    if (url !== null && url.origin === URL.parse(base)?.origin)
      keys.push(keyOf(request, `${url.pathname}${url.search}`));
  }
  return keys;
}
