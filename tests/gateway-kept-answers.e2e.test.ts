import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { GatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, upstream, use } from '../core/gateway/gateway.fixture.ts';
import { cache } from '../plugins/policies/cache/cache.ts';
import { compress } from '../plugins/policies/compress/compress.ts';
import { headerTransform } from '../plugins/policies/header-transform/header-transform.ts';
import { responseEnvelope } from '../plugins/policies/response-envelope/response-envelope.ts';

const policies: GatewayPolicy[] = [cache, compress, headerTransform, responseEnvelope];

/** A service whose JSON has an ETag, behind these policies, outermost first. */
async function serving(control: string, body: string, ...uses: (readonly [GatewayPolicy, object])[]) {
  const up = await startUpstream((request, response) => {
    const headers = { 'content-type': 'application/json', etag: '"1"', 'cache-control': control };
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304, headers).end();
    else response.writeHead(200, headers).end(body);
  });
  const own = uses.map(([policy, config], at) => use(policy.name, policy.config.parse(config), `${at}/${policy.name}`));
  const gateway = await startGateway(
    { routes: [route('it', '/{rest*}', { policies: own })], upstreams: [upstream('up', [up.port])] },
    policies,
  );
  return {
    up,
    get: (accept = 'identity') => get(gateway.url, accept),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await up[Symbol.asyncDispose]();
    },
  };
}

function get(url: string, accept: string): Promise<{ readonly headers: IncomingHttpHeaders; readonly bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = sendRequest(url, { headers: { 'accept-encoding': accept }, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(pieces) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

const long = JSON.stringify({ a: 'x'.repeat(2_000) });
const fresh = 'max-age=60';

test.each([
  ['as HTTP has it', {}],
  ['as Ocelot has it', { mode: 'ocelot', ttl: '1m' }],
])('compression outside of a cache %s compresses what is kept, for those who want it', async (_, config) => {
  await using it = await serving(fresh, long, [compress, {}], [cache, config]);
  for (const { headers, bytes } of [await it.get('gzip'), await it.get('gzip')]) {
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(bytes).toString()).toBe(long);
  }
  const plain = await it.get();
  expect([plain.headers['content-encoding'], plain.bytes.toString()]).toEqual([undefined, long]);
  expect(it.up.seen).toHaveLength(1);
});

test('compression inside of a cache is kept, for each coding apart', async () => {
  await using it = await serving(fresh, long, [cache, {}], [compress, {}]);
  await it.get('gzip');
  await it.get('br');
  const [gzip, br] = [await it.get('gzip'), await it.get('br')];
  expect([gzip.headers['x-cache'], gunzipSync(gzip.bytes).toString()]).toEqual(['HIT', long]);
  expect([br.headers['x-cache'], brotliDecompressSync(br.bytes).toString()]).toEqual(['HIT', long]);
});

test.each([
  [
    'outside',
    fresh,
    'HIT',
    [
      [responseEnvelope, {}],
      [cache, {}],
    ],
  ],
  [
    'inside',
    fresh,
    'HIT',
    [
      [cache, {}],
      [responseEnvelope, {}],
    ],
  ],
  [
    'outside',
    'no-cache',
    'REVALIDATED',
    [
      [responseEnvelope, {}],
      [cache, {}],
    ],
  ],
] as const)('an envelope %s of a cache is put around an answer once (%s, %s)', async (_, control, status, uses) => {
  await using it = await serving(control, '{"n":1}', ...uses);
  const first = JSON.parse((await it.get()).bytes.toString());
  const again = await it.get();
  expect(again.headers['x-cache']).toBe(status);
  expect(first.data).toEqual({ n: 1 });
  expect(JSON.parse(again.bytes.toString()).data).toEqual({ n: 1 });
});

test.each([
  [
    'outside',
    [
      [headerTransform, { response: { append: { 'x-n': 'one' } } }],
      [cache, {}],
    ],
  ],
  [
    'inside',
    [
      [cache, {}],
      [headerTransform, { response: { append: { 'x-n': 'one' } } }],
    ],
  ],
] as const)('a header that is added %s of a cache is there once', async (_, uses) => {
  await using it = await serving(fresh, long, ...uses);
  expect([(await it.get()).headers['x-n'], (await it.get()).headers['x-n']]).toEqual(['one', 'one']);
});

test('a body that a cache does not look at streams past it', async () => {
  const pieces: string[] = [];
  await using up = await startUpstream((request, response) => {
    request.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
    request.on('end', () => response.end());
  });
  const own = use('cache', cache.config.parse({}));
  await using gateway = await startGateway(
    { routes: [route('it', '/{rest*}', { policies: [own] })], upstreams: [upstream('up', [up.port])] },
    policies,
  );
  const request = sendRequest(gateway.url, { method: 'POST' });
  const answered = new Promise((resolve) => request.once('response', (response) => resolve(response.resume())));
  request.write('first');
  await expect.poll(() => pieces).toEqual(['first']);
  request.end('last');
  await answered;
  expect(pieces).toEqual(['first', 'last']);
});

test('nobody waits for the end of an answer that has become too large to be kept', async () => {
  await using up = await startUpstream((_request, response) => {
    response.writeHead(200, { 'cache-control': fresh }).write('x'.repeat(2_000));
  });
  const own = use('cache', cache.config.parse({ maxEntry: '1KiB', wait: '1m' }));
  await using gateway = await startGateway(
    { routes: [route('it', '/{rest*}', { policies: [own] })], upstreams: [upstream('up', [up.port])] },
    policies,
  );
  const first = await fetch(gateway.url);
  const second = await fetch(gateway.url, { signal: AbortSignal.timeout(5_000) });
  expect([second.status, up.seen.length]).toEqual([200, 2]);
  await Promise.all([first.body!.cancel(), second.body!.cancel()]);
});
