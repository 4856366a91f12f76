import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type PolicyTrialOptions, type TrialRequest, tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { acceptedCoding } from './accepted-coding.ts';
import { compress } from './compress.ts';

const text = 'a line of text that is worth it\n'.repeat(200);
const html = { headers: { 'content-type': 'text/html; charset=utf-8', etag: '"1"' }, body: text };

async function send(
  accept: string | undefined,
  answer: UpstreamAnswer = html,
  config: unknown = {},
  { request = {}, ...options }: PolicyTrialOptions & { request?: TrialRequest } = {},
) {
  await using trial = await tryPolicy(compress, config, { upstream: () => answer, ...options });
  return trial.send({ ...request, ...(accept !== undefined && { headers: { 'accept-encoding': accept } }) });
}

test.each([
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
  ['gzip', gunzipSync],
])('an answer goes out as %s where the caller asks for it', async (coding, decompress) => {
  const { headers, bytes } = await send(coding, html, {}, { pieceBytes: 1000 });
  expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding', etag: 'W/"1"' });
  expect(bytes.byteLength).toBeLessThan(1000);
  expect(decompress(bytes).toString()).toBe(text);
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *;q=0.1', 'zstd'],
  ['x-gzip', 'gzip'],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['deflate', undefined],
  ['gzip;q=0', undefined],
  ['gzip;q=nonsense', undefined],
  ['', undefined],
  [undefined, undefined],
])('for %j the coding is %s', (header, coding) => {
  expect(acceptedCoding(['br', 'zstd', 'gzip'])(header)).toBe(coding);
});

test.each([
  ['small', { ...html, body: 'few', headers: { ...html.headers, 'content-length': '3' } }],
  ['no text', { ...html, headers: { 'content-type': 'image/png' } }],
  ['compressed already', { ...html, headers: { ...html.headers, 'content-encoding': 'br' } }],
  ['not to be changed', { ...html, headers: { ...html.headers, 'cache-control': 'public, No-Transform' } }],
  ['a part', { ...html, status: 206 }],
])('what is %s goes out as it came', async (_, answer) => {
  const { body, headers } = await send('gzip', answer);
  expect([body, headers['content-encoding']]).toEqual([
    answer.body,
    (answer.headers as Record<string, string>)['content-encoding'],
  ]);
});

test('caches learn that the answer depends on what the caller accepts, also where it is not compressed', async () => {
  const { headers, body } = await send(undefined);
  expect([headers['vary'], body]).toEqual(['Accept-Encoding', text]);
});

test('HEAD is answered without a body that would have to be compressed', async () => {
  const { headers } = await send('gzip', { ...html, body: '' }, {}, { request: { method: 'HEAD' } });
  expect(headers['content-encoding']).toBeUndefined();
});

test('each event goes out at once', async () => {
  const policy = await compress.create({
    config: { codings: ['gzip'], types: ['text/*'], minBytes: 0, levels: { br: 4, zstd: 3, gzip: 6 } },
  } as never);
  await using trial = await tryPolicy(compress, {}, { upstream: () => ({ ...html, body: '' }) });
  const { exchange } = await trial.send({ headers: { 'accept-encoding': 'gzip' } });
  const { headers } = exchange.response;
  headers.delete('content-encoding');
  headers.set('content-type', 'text/event-stream');
  await policy.responseHeaders(exchange);
  const piece = await policy.responseBody(exchange, new TextEncoder().encode('data: 1\n\n'), false);
  // More than the ten bytes with which gzip begins.
  expect(piece!.byteLength).toBeGreaterThan(12);
  policy.log(exchange, { status: 200, totalMs: 0, sentBytes: 0, receivedBytes: 0 });
});

test.each([
  [{ codings: [] }],
  [{ types: ['text'] }],
  [{ levels: { br: 12 } }],
])('the settings %j are refused', async (config) => {
  await expect(send('gzip', html, config)).rejects.toThrow('does not fit');
});
