import { DURATION, defineGatewayPolicy, type Exchange, milliseconds, type PolicyOutcome } from '@backplane/sdk';
import { z } from 'zod';
import { commonLine } from './common-line.ts';

const FIELDS = [
  'method',
  'path',
  'query',
  'status',
  'durationMs',
  'upstreamMs',
  'sentBytes',
  'receivedBytes',
  'clientAddress',
  'host',
  'route',
  'subject',
  'userAgent',
  'referer',
  'error',
] as const;

const config = z.strictObject({
  format: z
    .enum(['fields', 'common', 'combined'])
    .default('fields')
    .describe(
      '`fields`: structured; `common` and `combined`: one text, as web servers write it, without `fields` and `headers`.',
    ),
  fields: z
    .array(z.enum(FIELDS))
    .min(1)
    .default(['method', 'path', 'status', 'durationMs', 'sentBytes', 'clientAddress', 'route', 'subject', 'error'])
    .describe('What a line says, besides the correlation id.'),
  headers: z.array(z.string()).default([]).describe('Headers of the request that a line names, where they are sent.'),
  hideQuery: z
    .array(z.string())
    .default([
      'token',
      'access_token',
      'id_token',
      'code',
      'state',
      'key',
      'api_key',
      'apikey',
      'password',
      'secret',
      'signature',
      'sig',
    ])
    .describe('Parameters of the query whose values are not written.'),
  sample: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the requests below 400 that is written; others always are.'),
  slowerThan: z
    .union([z.string().regex(DURATION), z.number().nonnegative()])
    .optional()
    .describe('Requests below 400 are written only when they took longer.'),
});

type Field = (exchange: Exchange, outcome: PolicyOutcome) => unknown;

/** Never written, whoever asks for them. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);

/** One line a request, after its answer. */
export const accessLog = defineGatewayPolicy({
  name: 'access-log',
  title: 'Access log',
  summary: 'Writes a structured line for every request, after its answer, without values that are secret.',
  config,
  phases: ['log'],
  onFailure: 'open',
  create({ config: { format, fields, headers, hideQuery, sample, slowerThan }, now }) {
    const hidden = new Set(hideQuery.map((name) => name.toLowerCase()));
    const readers = fields.map(
      (name) => [name, FIELD[name] ?? ((exchange: Exchange) => queryOf(exchange, hidden))] as const,
    );
    const named = headers.map((name) => name.toLowerCase()).filter((name) => !SECRET_HEADERS.has(name));
    const slowMs = slowerThan === undefined ? undefined : milliseconds(slowerThan);
    return {
      log(exchange, outcome) {
        if (outcome.status < 400) {
          if (slowMs !== undefined && outcome.totalMs <= slowMs) return;
          if (sample < 1 && Math.random() >= sample) return;
        }
        if (format !== 'fields') {
          exchange.log.info(commonLine(exchange, outcome, { query: queryOf(exchange, hidden), endMs: now(), format }));
          return;
        }
        const line: Record<string, unknown> = {};
        for (const [name, read] of readers) {
          const value = read(exchange, outcome);
          if (value !== undefined) line[name] = value;
        }
        for (const name of named) {
          const value = exchange.request.headers.get(name);
          if (value !== undefined) line[`header.${name}`] = value;
        }
        if (outcome.status >= 500) exchange.log.warn('request', line);
        else exchange.log.info('request', line);
      },
    };
  },
});

const FIELD: Readonly<Partial<Record<(typeof FIELDS)[number], Field>>> = {
  method: ({ request }) => request.method,
  path: ({ request }) => request.url.replace(/\?.*/s, ''),
  status: (_, { status }) => status,
  durationMs: (_, { totalMs }) => rounded(totalMs),
  upstreamMs: (_, { upstreamMs }) => upstreamMs && rounded(upstreamMs),
  sentBytes: (_, { sentBytes }) => sentBytes,
  receivedBytes: (_, { receivedBytes }) => receivedBytes,
  clientAddress: ({ request }) => request.clientAddress,
  host: ({ request }) => request.host,
  route: ({ route }) => route.id || undefined,
  subject: ({ identity }) => identity?.subject,
  userAgent: ({ request }) => request.headers.get('user-agent'),
  referer: ({ request }) => request.headers.get('referer')?.replace(/[?#].*/s, ''),
  error: (_, { error }) => error?.code,
};

function queryOf({ request: { url } }: Exchange, hidden: ReadonlySet<string>): string | undefined {
  const mark = url.indexOf('?');
  if (mark === -1) return undefined;
  return url
    .slice(mark + 1)
    .split('&')
    .map((pair) => {
      const [name = ''] = pair.split('=', 1);
      return hidden.has(plain(name)) ? `${name}=***` : pair;
    })
    .join('&');
}

function plain(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
