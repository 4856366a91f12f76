import { defineGatewayPolicy, type PolicyHeaders, type ResponseExchange } from '@backplane/sdk';
import { z } from 'zod';
import { acceptedCoding } from './accepted-coding.ts';
import { type Encoder, encoder } from './encoder.ts';

const config = z.strictObject({
  codings: z
    .array(z.enum(['br', 'zstd', 'gzip']))
    .min(1)
    .default(['br', 'zstd', 'gzip'])
    .describe('What is offered; the first of those that the caller likes best.'),
  types: z
    .array(z.string().regex(/^[\w.+-]+\/(?:\*|[\w.+-]+)$/, 'expected a type like text/html or text/*'))
    .min(1)
    .default([
      'text/*',
      'application/json',
      'application/javascript',
      'application/xml',
      'application/problem+json',
      'application/ld+json',
      'application/vnd.api+json',
      'application/x-ndjson',
      'application/wasm',
      'application/rss+xml',
      'application/atom+xml',
      'image/svg+xml',
      'font/ttf',
      'font/otf',
    ])
    .describe('What is compressed; `text/*` is all text.'),
  minBytes: z.int().nonnegative().default(1024).describe('Smaller bodies are left alone, where the length is known.'),
  levels: z
    .strictObject({
      br: z.int().min(0).max(11).default(4),
      zstd: z.int().min(1).max(22).default(3),
      gzip: z.int().min(1).max(9).default(6),
    })
    .prefault({})
    .describe('How hard each coding tries; high ones cost much more than they save.'),
});

/** Sent on piece by piece, since whoever reads them waits for the next one. */
const LIVE = new Set(['text/event-stream', 'application/x-ndjson']);

/** Compresses what the caller accepts compressed. */
export const compress = defineGatewayPolicy({
  name: 'compress',
  title: 'Compress',
  summary: 'Compresses answers with Brotli, Zstandard or gzip, as the caller accepts.',
  config,
  phases: ['responseHeaders', 'responseBody', 'log'],
  onFailure: 'open',
  protocols: ['http', 'sse'],
  create({ config: { codings, types, minBytes, levels } }) {
    const accepted = acceptedCoding(codings);
    const exact = new Set(types.filter((type) => !type.endsWith('/*')).map((type) => type.toLowerCase()));
    const families = new Set(
      types.filter((type) => type.endsWith('/*')).map((type) => type.slice(0, -1).toLowerCase()),
    );
    const isWorthIt = (type: string) => exact.has(type) || families.has(type.slice(0, type.indexOf('/') + 1));

    return {
      responseHeaders(exchange) {
        const { request, response } = exchange as ResponseExchange<Encoder>;
        const { headers, status } = response;
        if (status < 200 || status === 204 || status === 205 || status === 206) return undefined;
        const given = headers.get('content-type');
        if (given === undefined) return undefined;
        const type = mediaType(given);
        if (!isWorthIt(type) || headers.get('content-encoding') !== undefined) return undefined;
        if (headers.get('cache-control')?.toLowerCase().includes('no-transform')) return undefined;
        addVary(headers);
        const coding = accepted(request.headers.get('accept-encoding'));
        if (coding === undefined || status === 304 || request.method === 'HEAD') return undefined;
        const size = sizeOf(response);
        if (size !== undefined && size < minBytes) return undefined;
        exchange.own = encoder({ coding, level: levels[coding], flushes: LIVE.has(type), size });
        headers.set('content-encoding', coding);
        for (const name of ['content-length', 'accept-ranges', 'content-md5', 'digest', 'content-digest'])
          headers.delete(name);
        const etag = headers.get('etag');
        if (etag?.startsWith('"')) headers.set('etag', `W/${etag}`);
        return undefined;
      },
      responseBody({ own }, piece, last) {
        if (own === undefined) return piece;
        return last ? (own as Encoder).end(piece) : (own as Encoder).write(piece);
      },
      log({ own }) {
        (own as Encoder | undefined)?.close();
      },
    };
  },
});

function mediaType(header: string): string {
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

function sizeOf({ headers, body }: ResponseExchange['response']): number | undefined {
  if (body !== undefined) return body.byteLength;
  const length = headers.get('content-length');
  return length === undefined ? undefined : Number(length);
}

function addVary(headers: PolicyHeaders): void {
  const vary = headers.all('vary').join(',');
  if (!/(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i.test(vary)) headers.append('vary', 'Accept-Encoding');
}
