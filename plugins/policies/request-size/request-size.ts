import { byteCount, defineGatewayPolicy, type Exchange, type PolicyReply, problemReply } from '@backplane/sdk';
import { z } from 'zod';

const size = z.union([z.string(), z.int().min(0)]).transform(byteCount);
const config = z
  .strictObject({
    body: size.optional().describe('Most bytes of a body.'),
    unknownLength: z
      .enum(['count', 'refuse'])
      .default('count')
      .describe('With `body`: bodies that do not say how long they are: counted while they pass, or refused at once.'),
    headers: size.optional().describe('Most bytes of all names and values of headers.'),
    url: size.optional().describe('Most bytes of path and query.'),
  })
  .refine((given) => given.body !== undefined || given.headers !== undefined || given.url !== undefined, {
    message: 'name at least one of `body`, `headers` and `url`',
  });

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  411: 'Length required',
  413: 'Content too large',
  414: 'URI too long',
  431: 'Request header fields too large',
};

export const requestSize = defineGatewayPolicy({
  name: 'request-size',
  title: 'Request size',
  summary: 'Refuses requests whose body, headers or address are too large, before anything is done for them.',
  config,
  phases: ['route'],
  onFailure: 'closed',
  create({ config: { body, unknownLength, headers, url } }) {
    const refuse = (exchange: Exchange, status: number, code: string, detail: string): PolicyReply =>
      problemReply({ status, code, title: TITLES[status]!, detail, exchange });

    function checkBody(exchange: Exchange, most: number): PolicyReply | undefined {
      const { request } = exchange;
      const said = request.headers.get('content-length');
      if (said === undefined && request.bodyKind === 'stream' && unknownLength === 'refuse')
        return refuse(exchange, 411, 'GATEWAY_LENGTH_REQUIRED', 'Say with Content-Length how long the body is.');
      if (said !== undefined && !/^\d{1,15}$/.test(said))
        return refuse(exchange, 400, 'GATEWAY_BAD_LENGTH', 'Content-Length is no number of bytes.');
      const fits = exchange.limitBody(most) && Number(said ?? 0) <= most;
      return fits
        ? undefined
        : refuse(exchange, 413, 'GATEWAY_BODY_TOO_LARGE', `The body is too large; at most ${most} bytes are taken.`);
    }

    return {
      route(exchange) {
        const { request } = exchange;
        if (url !== undefined && request.url.length > url)
          return refuse(exchange, 414, 'GATEWAY_URL_TOO_LONG', `Path and query have more than ${url} bytes.`);
        if (headers !== undefined && headerBytes(request.headers.entries()) > headers)
          return refuse(exchange, 431, 'GATEWAY_HEADERS_TOO_LARGE', `The headers have more than ${headers} bytes.`);
        return body === undefined ? undefined : checkBody(exchange, body);
      },
    };
  },
});

/** As they stood on the wire, without colons and line ends: each character is a byte there. */
function headerBytes(entries: Iterable<readonly [string, string]>): number {
  let sum = 0;
  for (const [name, value] of entries) sum += name.length + value.length;
  return sum;
}
