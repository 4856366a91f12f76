import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { route, startUpstream, upstream, use } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import type { GatewayWorkers } from './gateway-workers.ts';
import { startWorkers } from './workers.fixture.ts';

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
const falls = defineGatewayPolicy({ ...words, name: 'falls', phases: ['route'], create: () => process.exit(3) });
export default definePlugin({ id: 'greetings', contributes: [hello, stuck, exits, falls] });`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const plugins = [{ id: 'greetings', version: '1.0.0', folder, entry, policies: ['hello', 'stuck', 'exits', 'falls'] }];

const start = (model: Partial<GatewayModel>, count = 1) => startWorkers(model, plugins, { count });

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

const serving = (text: string): GatewayModel => ({ ...EMPTY_MODEL, routes: [answered(text)] });
const FALLS = { ...EMPTY_MODEL, routes: [route('falls', '/', { policies: [use('falls')], to: { kind: 'policies' } })] };

/** What every worker answers, by its process. */
async function answers(workers: GatewayWorkers): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${workers.port}/hello`, { headers: { connection: 'close' } });
    found.set(Number(answer.headers.get('x-pid')), (await answer.text()).replace(/\d+$/, ''));
  };
  await expect
    .poll(
      () =>
        Promise.all(Array.from({ length: 8 }, () => ask().catch(() => undefined))).then(() =>
          [...found.keys()].toSorted(),
        ),
      {
        timeout: 15_000,
      },
    )
    .toEqual([...workers.pids].toSorted());
  return found;
}

test('configurations are taken while a worker is being replaced, and the new one ends with the newest', async () => {
  await using workers = await start(serving('-'), 2);
  for (const round of ['a', 'b']) {
    const [lost, kept] = workers.pids;
    process.kill(lost!, 'SIGKILL');
    let last = '';
    for (let count = 0; last === '' || workers.pids.length < 2 || workers.pids.includes(lost!); count++) {
      last = `${round}${count}-`;
      await workers.apply(serving(last), plugins);
    }
    expect(workers.pids).toContain(kept);
    expect(new Set((await answers(workers)).values())).toEqual(new Set([last]));
  }
});

test('with no worker up, a new one tries the configuration; what it refuses nobody serves', async () => {
  await using workers = await start(serving('old-'));
  const end = async () => {
    process.kill(workers.pids[0]!, 'SIGKILL');
    await expect.poll(() => workers.pids).toEqual([]);
  };
  await end();
  await expect(
    workers.apply({ ...EMPTY_MODEL, routes: [route('bad', '/', { policies: [use('nobody-has-it')] })] }, plugins),
  ).rejects.toMatchObject({ code: 'GATEWAY_CONFIG_INVALID' });
  await expect.poll(() => workers.pids, { timeout: 15_000 }).toHaveLength(1);
  expect([...(await answers(workers)).values()]).toEqual(['old-']);
  await end();
  await workers.apply(serving('new-'), plugins);
  expect([...(await answers(workers)).values()]).toEqual(['new-']);
});

test('a configuration that ends those that try it is refused, and the other workers never see it', async () => {
  await using workers = await start(serving('a-'), 3);
  const [tries, ...others] = workers.pids;
  await expect(workers.apply(FALLS, plugins)).rejects.toThrow(/the worker of the gateway ended with code 3/);
  await expect.poll(() => workers.pids, { timeout: 15_000 }).toHaveLength(3);
  expect(workers.pids).toEqual(expect.arrayContaining(others));
  expect(workers.pids).not.toContain(tries);
  expect(new Set((await answers(workers)).values())).toEqual(new Set(['a-']));
});

test('a request of the host waits for a worker that takes the place of another, as long as it may and its caller stays', async () => {
  await using up = await startUpstream((_request, response) => response.end('up'));
  const workers = await start({ upstreams: [upstream('up', [up.port])] });
  await using _ = workers;
  const call = { upstream: 'up', method: 'GET', path: '/x', headers: {}, timeoutMs: 20_000 };
  const staying = new AbortController();
  const leaving = new AbortController();
  process.kill(workers.pids[0]!, 'SIGKILL');
  await expect.poll(() => workers.pids).toEqual([]);
  const left = workers.request(call, leaving.signal);
  const hurried = workers.request({ ...call, timeoutMs: 1 }, staying.signal);
  const patient = workers.request(call, staying.signal);
  leaving.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  await expect(hurried).rejects.toMatchObject({ code: 'GATEWAY_NOT_RUNNING' });
  expect(Buffer.from((await patient).body).toString()).toBe('up');
  process.kill(workers.pids[0]!, 'SIGKILL');
  await expect.poll(() => workers.pids).toEqual([]);
  const late = expect(workers.request(call, staying.signal)).rejects.toMatchObject({ code: 'GATEWAY_NOT_RUNNING' });
  await workers[Symbol.asyncDispose]();
  await late;
});
