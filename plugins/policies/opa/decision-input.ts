import type { Exchange } from '@backplane/sdk';

/** What the agent is told of a request: JSON, the same text for the same request. */
export function decisionInput(exchange: Exchange, headers: readonly string[]): string {
  const { request, route, identity } = exchange;
  const { method, path, scheme, host, clientAddress } = request;
  const shown: Record<string, string> = {};
  for (const name of headers) {
    const values = request.headers.all(name);
    if (values.length > 0) shown[name] = values.join(', ');
  }
  return JSON.stringify({
    input: {
      method,
      path,
      segments: path.split('/').filter((segment) => segment !== ''),
      query: queryOf(request.url),
      headers: shown,
      scheme,
      host,
      client: { address: clientAddress },
      route: { id: route.id, params: route.params, tags: route.tags },
      identity:
        identity === undefined
          ? null
          : { subject: identity.subject, scheme: identity.scheme, scopes: identity.scopes, claims: identity.claims },
    },
  });
}

function queryOf(url: string): Record<string, string[]> {
  const at = url.indexOf('?');
  const all: Record<string, string[]> = Object.create(null);
  if (at < 0) return all;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    all[name] ??= [];
    all[name].push(value);
  }
  return all;
}
