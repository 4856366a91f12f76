import { defineGatewayPolicy, type ResponseExchange, type UpstreamExchange } from '@backplane/sdk';
import { z } from 'zod';

const config = z.strictObject({
  max: z.int().min(1).max(50).default(10).describe('Redirections of one request; the next one is the caller’s.'),
});

const STATUSES = [301, 302, 303, 307, 308];

export const followRedirects = defineGatewayPolicy({
  name: 'follow-redirects',
  title: 'Redirects',
  summary: 'Follows redirections of a service to itself, so that the caller sees only where they end.',
  config,
  phases: ['attempt'],
  onFailure: 'open',
  create({ config: { max } }) {
    return {
      async attempt(exchange, next) {
        let answered = await next();
        for (let followed = 0; followed < max; followed += 1) {
          const path = placeWithin(exchange, answered);
          if (path === undefined || exchange.signal.aborted) break;
          const { upstream } = exchange;
          const { target } = answered.upstream;
          if (answered.response.status === 303 && upstream.method !== 'HEAD') upstream.method = 'GET';
          upstream.path = path;
          answered = await next(target === undefined ? {} : { target });
        }
        return answered;
      },
    };
  },
});

/** Path and query of a redirection that stays with the service; undefined for every other answer, and where a body would have to go too. */
function placeWithin({ request }: UpstreamExchange, { response, upstream }: ResponseExchange): string | undefined {
  if (request.bodyKind !== 'none' || request.protocol === 'ws') return undefined;
  if (response.source !== 'upstream' || !STATUSES.includes(response.status)) return undefined;
  const location = response.headers.get('location');
  const origin = upstream.target?.origin;
  if (location === undefined || origin === undefined) return undefined;
  const url = URL.parse(location, origin + upstream.path);
  return url?.origin === new URL(origin).origin ? url.pathname + url.search : undefined;
}
