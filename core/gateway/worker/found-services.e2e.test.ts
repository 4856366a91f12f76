import { expect, test } from 'vitest';
import { route, SILENT, startUpstream } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import type { ServicesSource } from '../model/upstream-model.ts';
import { registryBoard } from '../services/registry-board.fixture.ts';
import { services } from '../services/services.fixture.ts';
import { GatewayUpkeep } from '../upkeep.ts';
import { GatewayWorkers } from './gateway-workers.ts';

/** A host's gateway with processes of its own, and a Consul with the service `orders`. */
async function hosting(count: number, more: Partial<ServicesSource> = {}) {
  const consul = await registryBoard();
  const up = await startUpstream((request, response) => response.end(`orders ${request.url}`));
  const source = { use: 'consul', config: { address: consul.server.address }, ...more };
  const rewrite = { kind: 'native', template: '/{rest*}' } as const;
  const to = { kind: 'upstream', upstream: 'any', path: rewrite, host: 'upstream', forwarded: false } as const;
  const model: GatewayModel = {
    ...EMPTY_MODEL,
    routes: [route('any', '/{service}/{rest*}', { to })],
    upstreams: [services('any', source)],
  };
  const workers = await GatewayWorkers.start(
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
        drainMs: 500,
        logLevel: 'silent',
        egress: { allow: [], deny: [], allowPrivateNetworks: false },
        redisUrl: undefined,
      },
    },
    model,
    [],
  );
  const self = { host: '127.0.0.1', port: workers.port };
  const upkeep = new GatewayUpkeep({ ...consul.plugins, log: SILENT, self, workers });
  await upkeep.follow(model);
  consul.set('orders', up.port);
  return {
    consul,
    up,
    workers,
    upkeep,
    model,
    /** Each over a connection of its own, so that all workers get some. */
    send: async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${workers.port}${path}`, { headers: { connection: 'close' } });
      return `${answer.status} ${await answer.text()}`;
    },
    async [Symbol.asyncDispose]() {
      await upkeep[Symbol.asyncDispose]();
      await workers[Symbol.asyncDispose]();
      await up[Symbol.asyncDispose]();
      await consul[Symbol.asyncDispose]();
    },
  };
}

test('workers ask their host for a service that they do not know, once for all of them, and follow what it hears', async () => {
  await using all = await hosting(2);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => all.send(`/orders/${at}`)));
  expect(answers.toSorted()).toEqual(Array.from({ length: 20 }, (_, at) => `200 orders /${at}`).toSorted());
  expect(all.consul.lookups()).toEqual(['orders', 'orders']);
  expect(all.upkeep.state().feeds).toMatchObject([{ upstream: 'any/orders', service: 'orders', targets: 1 }]);
  const upstreams = (await all.workers.upstreams()).flat();
  expect(upstreams[0]).toMatchObject({ name: 'any/orders', isFound: true, targets: [{ isHealthy: true }] });
  await using other = await startUpstream((_request, response) => response.end('moved'));
  all.consul.set('orders', other.port);
  await expect
    .poll(async () => new Set(await Promise.all(Array.from({ length: 10 }, () => all.send('/orders/1')))))
    .toEqual(new Set(['200 moved']));
});

test('names that nobody has cost the registry one question each, whichever worker hears them', async () => {
  await using all = await hosting(2);
  const statuses = await Promise.all(Array.from({ length: 30 }, (_, at) => all.send(`/nobody-${at % 3}/x`)));
  expect(new Set(statuses.map((text) => text.slice(0, 3)))).toEqual(new Set(['404']));
  expect(all.consul.lookups().toSorted()).toEqual(['nobody-0', 'nobody-1', 'nobody-2']);
  expect((await all.workers.upstreams()).flat()).toEqual([]);
});

test('a worker that takes the place of another knows the services that are followed, also while the registry is down', async () => {
  await using all = await hosting(1);
  expect(await all.send('/orders/1')).toBe('200 orders /1');
  all.consul.server.isDown = true;
  const [before] = all.workers.pids;
  process.kill(before!, 'SIGKILL');
  await expect.poll(() => all.send('/orders/2').catch(() => ''), { timeout: 15_000 }).toBe('200 orders /2');
  expect(all.workers.pids).not.toContain(before);
});

test('a reload is served by services that are followed; one that is let go is found again', async () => {
  await using all = await hosting(2, { idleMs: 0 });
  await all.send('/orders/1');
  const asked = all.consul.lookups().length;
  const next = { ...all.model, routes: [...all.model.routes, route('more', '/more', { to: { kind: 'policies' } })] };
  await all.workers.apply(next, []);
  await all.upkeep.follow(next);
  expect(await all.send('/orders/2')).toBe('200 orders /2');
  expect(all.consul.lookups()).toHaveLength(asked);
  const idle = await all.workers.idleServices();
  expect([...idle.keys()]).toEqual(['any/orders']);
  all.workers.setService('any/orders', undefined);
  await expect.poll(async () => (await all.workers.upstreams()).flat()).toEqual([]);
  expect(await all.send('/orders/3')).toBe('200 orders /3');
});

test('`explain` says which service a path names, and whether it is followed', async () => {
  await using all = await hosting(1, { only: ['orders', 'users'] });
  const explain = (url: string) => all.workers.explain({ method: 'GET', url, headers: [] });
  expect((await explain('/orders/1?x=2')).route?.upstream).toEqual({
    name: 'any',
    sees: 'GET /1?x=2',
    targets: [],
    discovery: 'consul orders, asked by the first request',
  });
  await all.send('/orders/1');
  expect((await explain('/orders/1')).route).toMatchObject({
    id: 'any/orders',
    upstream: { name: 'any/orders', targets: [`http://127.0.0.1:${all.up.port}`] },
  });
  expect((await explain('/admin/1')).refused).toMatchObject({ status: 404 });
  expect(all.consul.lookups()).toEqual(['orders', 'orders']);
});
