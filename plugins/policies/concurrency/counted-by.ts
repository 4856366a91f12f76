import type { Exchange } from '@backplane/sdk';

/** What `by` may name. */
export const BY = /^(all|address|subject|consumer|route|header:.+|claim:.+)$/;

/** Makes the key of whose requests are counted together. What a request lacks is replaced by its address. */
export function countedBy(by: readonly string[]): (exchange: Exchange) => string {
  if (by.length === 1 && by[0] === 'all') return () => '';
  return (exchange) =>
    by.map((part) => encodeURIComponent(partOf(part, exchange) ?? `~${exchange.request.clientAddress}`)).join('/');
}

export function needsIdentity(by: readonly string[]): boolean {
  return by.some((part) => /^(subject|consumer|claim:.+)$/.test(part));
}

function partOf(part: string, { request, identity, route }: Exchange): string | undefined {
  if (part === 'all') return 'all';
  if (part === 'address') return request.clientAddress;
  if (part === 'route') return route.id;
  if (part === 'subject') return identity?.subject;
  if (part === 'consumer') return identity?.consumer ?? identity?.subject;
  if (part.startsWith('header:')) return request.headers.get(part.slice('header:'.length));
  const claim = identity?.claims[part.slice('claim:'.length)];
  return claim === undefined || claim === null ? undefined : String(claim);
}
