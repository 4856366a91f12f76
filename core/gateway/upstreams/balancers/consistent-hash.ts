import type { BalancedRequest } from '../upstream.ts';
import type { Balancer } from './balancer.ts';
import { rendezvous } from './rendezvous.ts';

/** The same key goes to the same target as long as that is there. A request without the key counts by its address. */
export function consistentHash(by: string): Balancer {
  const keyOf = keyReader(by);
  return {
    keepsCallers: true,
    pick: (targets, request) => rendezvous(targets, keyOf(request) ?? request.request.clientAddress),
  };
}

function keyReader(by: string): (request: BalancedRequest) => string | undefined {
  const colon = by.indexOf(':');
  const name = by.slice(colon + 1);
  switch (colon === -1 ? by : by.slice(0, colon)) {
    case 'path':
      return ({ request }) => request.path;
    case 'subject':
      return ({ subject }) => subject;
    case 'header':
      return ({ request }) => request.headers.get(name);
    case 'cookie':
      return ({ request }) => request.cookie(name);
    case 'query':
      return ({ request }) => request.query(name);
    default:
      return () => undefined;
  }
}
