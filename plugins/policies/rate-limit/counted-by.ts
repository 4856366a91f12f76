import type { Exchange, PolicyIdentity } from '@backplane/sdk';

type Part = (exchange: Exchange) => string | undefined;

/** Makes the key of a request's counter. Parts that a caller chooses cannot run into each other. */
export function countedBy(by: readonly string[]): (exchange: Exchange) => string {
  const parts = by.map(partOf);
  if (parts.length === 1 && by[0] === 'address') return ({ request }) => request.clientAddress;
  return (exchange) => {
    let key = '';
    for (const part of parts) key += `/${encodeURIComponent(part(exchange) ?? `~${exchange.request.clientAddress}`)}`;
    return key;
  };
}

/** Who the caller is stands fixed only after authentication. */
export function needsIdentity(by: readonly string[]): boolean {
  return by.some((part) => part === 'subject' || part === 'consumer' || part.startsWith('claim:'));
}

export function consumerOf(identity: PolicyIdentity | undefined): string | undefined {
  return identity === undefined ? undefined : (identity.consumer ?? identity.subject);
}

function partOf(by: string): Part {
  const colon = by.indexOf(':');
  const name = by.slice(colon + 1);
  switch (colon < 0 ? by : by.slice(0, colon)) {
    case 'subject':
      return ({ identity }) => identity?.subject;
    case 'consumer':
      return ({ identity }) => consumerOf(identity);
    case 'route':
      return ({ route }) => route.id;
    case 'header':
      return ({ request }) => request.headers.get(name);
    case 'cookie':
      return ({ request }) => request.cookie(name);
    case 'claim':
      return ({ identity }) => {
        const value = identity?.claims[name];
        return value === undefined || value === null ? undefined : String(value);
      };
    case 'constant':
      return () => name;
    default:
      return ({ request }) => request.clientAddress;
  }
}
