import { defineGatewayPolicy, type ResponseExchange } from '@backplane/sdk';
import { z } from 'zod';

const config = z.strictObject({
  version: z.string().default('1.0').describe('What `version` says.'),
  names: z
    .enum(['camel', 'pascal'])
    .default('camel')
    .describe('`camel`: success, data, timestamp, correlationId, version; `pascal`: Success, Data and so on.'),
  errors: z.boolean().default(true).describe('Whether answers from 400 on are wrapped too.'),
  empty: z.boolean().default(true).describe('Whether an answer without a body becomes one with `data: null`.'),
  skip: z
    .array(z.string().regex(/^\/[^*]*\*?$/, 'expected a path like /health or a beginning like /files/*'))
    .default([])
    .describe('Paths that are left alone, or beginnings of paths with `*`.'),
});

const MAX_BYTES = 8 * 1024 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** Gives all JSON answers one shape. */
export const responseEnvelope = defineGatewayPolicy({
  name: 'response-envelope',
  title: 'Response envelope',
  summary: 'Puts JSON answers into one shape: success, data, timestamp, correlation id and version.',
  config,
  phases: ['rewrite', 'responseHeaders'],
  onFailure: 'open',
  protocols: ['http'],
  body: { response: { buffer: { maxBytes: MAX_BYTES, onOverflow: 'skip' } } },
  create({ config: { version, names, errors, empty, skip }, now, log }) {
    const named = names === 'camel' ? (name: string) => name : (name: string) => name[0]!.toUpperCase() + name.slice(1);
    const [success, data, timestamp, correlationId] = ['success', 'data', 'timestamp', 'correlationId'].map(
      (name) => `${JSON.stringify(named(name))}:`,
    );
    const end = `,${JSON.stringify(named('version'))}:${JSON.stringify(version)}}`;
    const exact = new Set(skip.filter((path) => !path.endsWith('*')));
    const beginnings = skip.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
    const isLeftAlone = ({ request: { path }, response: { status } }: ResponseExchange) =>
      status < 200 ||
      status === 204 ||
      status === 205 ||
      (status >= 300 && (status < 400 || !errors)) ||
      exact.has(path) ||
      beginnings.some((beginning) => path.startsWith(beginning));

    return {
      rewrite({ upstream }) {
        // What comes compressed cannot be wrapped.
        if (upstream.headers.get('accept-encoding') !== undefined) upstream.headers.set('accept-encoding', 'identity');
        return undefined;
      },
      responseHeaders(exchange) {
        const { response } = exchange;
        if (isLeftAlone(exchange)) return undefined;
        const { headers, body } = response;
        const type = headers.get('content-type');
        if (body === undefined) {
          // HEAD tells nothing of a length that is not made.
          if (exchange.request.method === 'HEAD' && type !== undefined && JSON_TYPE.test(type))
            headers.delete('content-length');
          return undefined;
        }
        if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return undefined;
        let text = 'null';
        if (body.byteLength > 0) {
          if (type === undefined || !JSON_TYPE.test(type)) return undefined;
          const found = jsonText(body);
          if (found === undefined) {
            log.warn('an answer says that it is JSON and is not; it is not wrapped', { route: exchange.route.id });
            return undefined;
          }
          text = found;
        } else if (!empty) return undefined;
        const time = new Date(now()).toISOString();
        response.body = new TextEncoder().encode(
          `{${success}${response.status < 400},${data}${text},${timestamp}"${time}",${correlationId}${JSON.stringify(exchange.id)}${end}`,
        );
        headers.set('content-type', 'application/json; charset=utf-8');
        for (const name of ['etag', 'content-md5', 'digest', 'content-digest', 'repr-digest', 'accept-ranges'])
          headers.delete(name);
        return undefined;
      },
    };
  },
});

/** As it stands, once it is sure to be JSON: numbers keep all their digits. */
function jsonText(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
