import { DURATION, defineGatewayPolicy, milliseconds, type PolicyHeaders } from '@backplane/sdk';
import { z } from 'zod';
import { likeSchema, originsSchema, originTest } from './origins.ts';

const names = z.union([z.literal('*'), z.array(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header'))]);

const config = z
  .strictObject({
    origins: originsSchema,
    like: likeSchema,
    methods: z
      .union([z.literal('*'), z.array(z.string().regex(/^[A-Za-z]+$/)).min(1)])
      .default('*')
      .describe('What pages may do; `*` is everything.'),
    headers: names.default('*').describe('What pages may send; `*` is whatever they ask for.'),
    expose: z.array(z.string()).default([]).describe('What of an answer pages may read, besides the plain headers.'),
    credentials: z.boolean().default(false).describe('Whether cookies and other credentials may go along.'),
    maxAge: z
      .union([z.string().regex(DURATION), z.number().nonnegative()])
      .default('10m')
      .describe('How long browsers remember the answer.'),
    privateNetwork: z
      .boolean()
      .default(false)
      .describe('Whether public pages may call this gateway in a private network.'),
  })
  .refine(
    ({ origins, credentials }) => !(credentials && origins === '*'),
    'with `credentials` the origins must be listed: any page could act for its visitors otherwise',
  );

/** Lets browsers call from other pages. Preflights are answered here, before routes and authentication. */
export const cors = defineGatewayPolicy({
  name: 'cors',
  title: 'CORS',
  summary: 'Lets pages of other origins call, answers preflights and says who may read the answers.',
  config,
  phases: ['request', 'responseHeaders'],
  onFailure: 'closed',
  protocols: ['http', 'sse', 'grpc'],
  create({ config }) {
    const isAllowed = originTest(config.origins, config.like);
    const anybody = config.origins === '*';
    const expose = config.expose.join(', ');
    const maxAge = String(Math.floor(milliseconds(config.maxAge) / 1000));
    const methods = config.methods === '*' ? undefined : new Set(config.methods.map((method) => method.toUpperCase()));
    const allowedHeaders = config.headers === '*' ? undefined : config.headers.join(', ');

    const preflight = (origin: string, wanted: string, headers: string | undefined, isPrivate: boolean) => {
      const answer: Record<string, string> = { 'access-control-allow-origin': anybody ? '*' : origin };
      if (!anybody) answer['vary'] = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
      if (config.credentials) answer['access-control-allow-credentials'] = 'true';
      answer['access-control-allow-methods'] = methods === undefined ? wanted : [...methods].join(', ');
      const sent = allowedHeaders ?? headers;
      if (sent !== undefined && sent !== '') answer['access-control-allow-headers'] = sent;
      if (isPrivate && config.privateNetwork) answer['access-control-allow-private-network'] = 'true';
      answer['access-control-max-age'] = maxAge;
      return { status: 204, headers: answer };
    };

    return {
      request({ request }) {
        if (request.method !== 'OPTIONS') return undefined;
        const { headers } = request;
        const wanted = headers.get('access-control-request-method');
        const origin = headers.get('origin');
        if (wanted === undefined || origin === undefined) return undefined;
        if (!isAllowed(origin))
          return { status: 403, headers: { vary: 'Origin' }, because: 'the origin is not one that may call' };
        const isPrivate = headers.get('access-control-request-private-network') === 'true';
        return preflight(origin, wanted, headers.get('access-control-request-headers'), isPrivate);
      },
      responseHeaders({ request, response }) {
        const { headers } = response;
        // The gateway decides, not what the upstream believes.
        const origin = request.headers.get('origin');
        if (origin === undefined) {
          if (!anybody) addVary(headers);
          return undefined;
        }
        if (request.method === 'OPTIONS' && request.headers.get('access-control-request-method') !== undefined)
          return undefined;
        headers.delete('access-control-allow-origin');
        headers.delete('access-control-allow-credentials');
        if (!anybody) addVary(headers);
        if (!isAllowed(origin)) return undefined;
        headers.set('access-control-allow-origin', anybody ? '*' : origin);
        if (config.credentials) headers.set('access-control-allow-credentials', 'true');
        if (expose !== '') headers.set('access-control-expose-headers', expose);
        return undefined;
      },
    };
  },
});

/** Caches must not hand one page the answer for another. */
function addVary(headers: PolicyHeaders): void {
  const vary = headers.get('vary');
  if (vary === undefined) headers.append('vary', 'Origin');
  else if (vary !== '*' && !/(?:^|,)\s*origin\s*(?:,|$)/i.test(headers.all('vary').join(',')))
    headers.append('vary', 'Origin');
}
