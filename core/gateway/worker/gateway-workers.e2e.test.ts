import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { route, SILENT, startUpstream, upstream, use } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import { GatewayWorkers } from './gateway-workers.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-policies-')));
const entry = join(folder, 'index.ts');
writeFileSync(
  entry,
  `import { defineGatewayPolicy, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const words = { title: 'T', summary: 'S', config: z.object({ text: z.string().default('') }), onFailure: 'closed' } as const;
const hello = defineGatewayPolicy({ ...words, name: 'hello', phases: ['route'],
  create: ({ config, shared }) => ({ route: async () => {
    const { count } = await shared.add('hello', 1, { ttlMs: 60000 });
    return { status: 200, headers: { 'x-pid': String(process.pid) }, body: config.text + count };
  } }) });
const stuck = defineGatewayPolicy({ ...words, name: 'stuck', phases: ['route'], create: () => ({ route() { for (;;); } }) });
const exits = defineGatewayPolicy({ ...words, name: 'exits', phases: ['route'], create: () => ({ route() { process.exit(3); } }) });
export default definePlugin({ id: 'greetings', contributes: [hello, stuck, exits] });`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const plugins = [{ id: 'greetings', version: '1.0.0', folder, entry, policies: ['hello', 'stuck', 'exits'] }];

function start(model: Partial<GatewayModel>, count = 1) {
  return GatewayWorkers.start(
    {
      count,
      log: SILENT,
      verify: async () => undefined,
      kvOf: () => ({}) as never,
      workflowsOf: () => ({}) as never,
      settings: {
        listener: {
          host: '127.0.0.1',
          port: 0,
          headersTimeoutMs: 5_000,
          requestTimeoutMs: 20_000,
          keepAliveMs: 1_000,
          maxHeaderBytes: 16_384,
        },
        trustedProxies: [],
        maxBodyBytes: 1_000_000,
        policyLimitMs: 5_000,
        drainMs: 2_000,
        logLevel: 'silent',
        egress: { allow: [], deny: [], allowPrivateNetworks: false },
        redisUrl: undefined,
      },
    },
    { ...EMPTY_MODEL, ...model },
    plugins,
  );
}

const answered = (text: string) =>
  route('hello', '/hello', { policies: [use('hello', { text })], to: { kind: 'policies' } });

test('workers share a port and what their policies count; a reload changes all of them', async () => {
  await using workers = await start({ routes: [answered('a')] }, 2);
  const url = `http://127.0.0.1:${workers.port}/hello`;
  const texts = await Promise.all(
    Array.from({ length: 12 }, async () => (await fetch(url, { headers: { connection: 'close' } })).text()),
  );
  expect(texts.toSorted((x, y) => Number(x.slice(1)) - Number(y.slice(1)))).toEqual(
    Array.from({ length: 12 }, (_, at) => `a${at + 1}`),
  );
  await workers.apply({ ...EMPTY_MODEL, routes: [answered('b')] }, plugins);
  expect(await (await fetch(url)).text()).toMatch(/^b/);
});

test('what one worker refuses none of them serves', async () => {
  await using workers = await start({ routes: [answered('a')] }, 2);
  const bad = { ...EMPTY_MODEL, routes: [answered('a'), route('bad', '/x', { policies: [use('nobody-has-it')] })] };
  await expect(workers.apply(bad, plugins)).rejects.toThrow(
    /the policy nobody-has-it cannot be used: no active plugin brings it/,
  );
  expect((await fetch(`http://127.0.0.1:${workers.port}/hello`)).status).toBe(200);
});

test('a worker that a policy ends is replaced, on the same port', async () => {
  await using up = await startUpstream((_request, response) => response.end('up'));
  await using workers = await start({
    routes: [route('exit', '/exit', { policies: [use('exits')], to: { kind: 'policies' } }), route('all', '/{rest*}')],
    upstreams: [upstream('up', [up.port])],
  });
  const url = `http://127.0.0.1:${workers.port}`;
  await expect(fetch(`${url}/exit`)).rejects.toThrow();
  await expect
    .poll(async () => (await fetch(`${url}/x`).catch(() => undefined))?.status, { timeout: 15_000 })
    .toBe(200);
});

test('workers send requests to upstreams for their host; who gives up is not kept waiting, nor by a worker that ends', async () => {
  let left = Promise.withResolvers<void>();
  const came = { current: Promise.withResolvers<void>() };
  await using up = await startUpstream((request, response) => {
    if (request.url !== '/slow') return response.end('up');
    request.socket.once('close', () => left.resolve());
    return came.current.resolve();
  });
  await using workers = await start({ upstreams: [upstream('up', [up.port])] });
  const call = { upstream: 'up', method: 'GET', path: '/x', headers: {}, timeoutMs: 10_000 };
  const leaving = new AbortController();
  expect(Buffer.from((await workers.request(call, leaving.signal)).body).toString()).toBe('up');
  await expect(workers.request({ ...call, upstream: 'no' }, leaving.signal)).rejects.toMatchObject({
    code: 'GATEWAY_CALL_UPSTREAM_UNKNOWN',
  });
  const slow = workers.request({ ...call, path: '/slow' }, leaving.signal);
  await came.current.promise;
  leaving.abort(new Error('enough'));
  await expect(slow).rejects.toThrow('enough');
  await left.promise;
  came.current = Promise.withResolvers();
  left = Promise.withResolvers();
  const lost = workers.request({ ...call, path: '/slow' }, new AbortController().signal);
  await came.current.promise;
  process.kill(workers.pids[0]!, 'SIGKILL');
  await expect(lost).rejects.toMatchObject({ code: 'GATEWAY_UPSTREAM_BROKEN' });
});
