import { defineGatewayPolicy, type Exchange, exchangeTemplate } from '@backplane/sdk';
import { z } from 'zod';

const config = z
  .strictObject({
    https: z
      .union(
        [z.literal(true), z.strictObject({ port: z.int().min(1).max(65_535) })],
        'expected `true` or `{ port: N }`',
      )
      .optional()
      .describe('Requests over plain http go to the same address over https; others pass.'),
    to: z
      .string()
      .regex(/^(?:https?:\/\/[^/]|\/(?!\/))[^\s\\]*$/, 'expected a path, or an address with http:// or https://')
      .optional()
      .describe('Instead: an address or a path, with placeholders.'),
    status: z.literal([301, 302, 303, 307, 308]).default(308),
    keepQuery: z.boolean().default(true).describe('The query goes along.'),
  })
  .refine(({ https, to }) => (https === undefined) !== (to === undefined), 'name either `https` or `to`');

export const redirect = defineGatewayPolicy({
  name: 'redirect',
  title: 'Redirect',
  summary: 'Sends callers to another address: to https, from an old path to a new one, from one name to another.',
  config,
  // Before anybody is asked who they are: credentials have nothing to do on the way that is left.
  phases: ['request'],
  onFailure: 'closed',
  create({ config: { https, to, status, keepQuery } }) {
    const addressOf = to === undefined ? toHttps(https === true ? undefined : https?.port) : toAddress(to);
    return {
      request(exchange) {
        const address = addressOf(exchange);
        if (address === undefined) return undefined;
        const query = keepQuery ? partsOf(exchange.request.url).query : '';
        const location = query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`;
        return { status, headers: { location }, because: `it is at ${address}` };
      },
    };
  },
});

type AddressOf = (exchange: Exchange) => string | undefined;

function toHttps(port = 443): AddressOf {
  return ({ request }) => {
    const { path } = partsOf(request.url);
    // Without a name there is nowhere to send anybody.
    if (request.scheme === 'https' || request.host === '' || !path.startsWith('/')) return undefined;
    const name = request.host.replace(/:\d*$/, '');
    return `https://${name}${port === 443 ? '' : `:${port}`}${path}`;
  };
}

function toAddress(to: string): AddressOf {
  const template = exchangeTemplate(to);
  // `//name` is another host, not a path.
  const plain = to.startsWith('/') ? (filled: string) => filled.replace(/^\/+/, '/') : (filled: string) => filled;
  return (exchange) => {
    const filled = template.fill(exchange, encoded);
    return filled === undefined ? undefined : plain(filled);
  };
}

/** Slashes of a path stay; a value can neither begin a query nor end the address. */
function encoded(value: string): string {
  return value.split('/').map(encodeURIComponent).join('/');
}

function partsOf(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
