import { type Discovery, defineServiceDiscovery, type Registration, type ServiceInstance } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ContributionBoard, type MountOwner } from '../../plugins/contributions/contribution-board.ts';
import { PLACE, SILENT, upstream } from '../gateway.fixture.ts';
import type { TargetModel } from '../model/upstream-model.ts';
import { DiscoveryDesk } from './discovery-desk.ts';
import { DiscoveryFeeds } from './discovery-feeds.ts';
import { instanceTarget } from './instance-target.ts';
import { Registrations } from './registrations.ts';

/** A host with one plugin that brings the registry `list`. */
function hosting(discovery: Discovery) {
  const board = new ContributionBoard();
  const opened: unknown[] = [];
  const post = (with_: Discovery = discovery) => {
    const stopping = new AbortController();
    const value = defineServiceDiscovery({
      name: 'list',
      title: 'List',
      summary: 'A list.',
      config: z.strictObject({ site: z.string().default('here') }),
      open: ({ config }) => {
        opened.push(config);
        return with_;
      },
    });
    const owner = { id: 'lists', log: SILENT, signal: stopping.signal, ports: {} } as unknown as MountOwner;
    const posted = board.post(owner, [{ kind: 'service-discovery', value: { ...value, uses: [] } as never }]);
    return () => {
      stopping.abort();
      posted[Symbol.dispose]();
    };
  };
  const desk = new DiscoveryDesk({ board, bring: async () => 'lists' });
  const told = new Map<string, readonly TargetModel[]>();
  const feeds = new DiscoveryFeeds({ desk, log: SILENT, tell: (name, targets) => void told.set(name, targets) });
  return {
    post,
    opened,
    desk,
    feeds,
    told,
    ports: (name = 'up') => told.get(name)?.map(({ port }) => port),
    async [Symbol.asyncDispose]() {
      await feeds[Symbol.asyncDispose]();
      await desk[Symbol.asyncDispose]();
    },
  };
}

const of = (service: string, more: object = {}) =>
  upstream('up', [], {
    targets: { kind: 'discovery', use: 'list', config: {}, service, tags: [], scheme: 'http', pollMs: 5, ...more },
  });
const at = (...ports: number[]): ServiceInstance[] => ports.map((port) => ({ id: `i${port}`, host: '10.0.0.1', port }));

test('a registry without a watch is asked again and again; only changes are told', async () => {
  const lists = [at(2, 1), at(1, 2), at(3)];
  let asked = 0;
  await using host = hosting({ resolve: async () => lists[Math.min(asked++, 2)]! });
  host.post();
  const seen: unknown[] = [];
  const feeds = new DiscoveryFeeds({
    desk: host.desk,
    log: SILENT,
    tell: (_, targets) => void seen.push(targets.length),
  });
  feeds.follow([of('orders')]);
  await expect.poll(() => asked).toBeGreaterThan(4);
  expect(seen).toEqual([2, 1]);
  await feeds[Symbol.asyncDispose]();
});

test('while the registry is down the last list holds, and the state says so', async () => {
  let isUp = true;
  await using host = hosting({
    resolve: async () => {
      if (!isUp) throw new Error('no answer');
      return at(1);
    },
  });
  host.post();
  host.feeds.follow([of('orders')]);
  await expect.poll(() => host.ports()).toEqual([1]);
  isUp = false;
  await expect.poll(() => host.feeds.state()[0]?.stale).toBe('no answer');
  expect(host.feeds.state()[0]).toMatchObject({ upstream: 'up', service: 'orders', targets: 1 });
  expect(host.ports()).toEqual([1]);
  isUp = true;
  await expect.poll(() => host.feeds.state()[0]?.stale).toBeUndefined();
});

test('a watch tells at once what has changed, and gets what is asked for', async () => {
  const news = Promise.withResolvers<void>();
  const asked: unknown[] = [];
  await using host = hosting({
    resolve: async () => [],
    async *watch(query, signal) {
      asked.push(query);
      yield at(1);
      await news.promise;
      yield at(1, 2);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  host.post();
  host.feeds.follow([of('orders', { namespace: 'shop', tags: ['blue'] })]);
  await expect.poll(() => host.ports()).toEqual([1]);
  news.resolve();
  await expect.poll(() => host.ports()).toEqual([1, 2]);
  expect(asked).toEqual([{ service: 'orders', namespace: 'shop', tags: ['blue'] }]);
});

test('feeds begin when a plugin brings the registry, go on when it is exchanged, and share one', async () => {
  await using host = hosting({ resolve: async () => at(1) });
  host.feeds.follow([of('orders'), { ...of('users'), name: 'other' }]);
  await expect.poll(() => host.feeds.state()[0]?.stale).toMatch(/no active plugin brings the service discovery list/);
  const remove = host.post();
  await expect.poll(() => host.told.size).toBe(2);
  expect(host.opened).toEqual([{ site: 'here' }]);
  remove();
  expect(host.ports()).toEqual([1]);
  host.post({ resolve: async () => at(9) });
  await expect.poll(() => host.ports()).toEqual([9]);
});

test('a configuration that the registry refuses is said in the state', async () => {
  await using host = hosting({ resolve: async () => at(1) });
  host.post();
  host.feeds.follow([of('orders', { config: { sight: 1 } })]);
  await expect.poll(() => host.feeds.state()[0]?.stale).toMatch(/configuration is not valid.*sight/);
});

test('an upstream that changes its service forgets the old feed, one that stays keeps it', async () => {
  const asked: string[] = [];
  await using host = hosting({
    resolve: async ({ service }) => {
      asked.push(service);
      return at(service === 'a' ? 1 : 2);
    },
  });
  host.post();
  host.feeds.follow([of('a', { pollMs: 60_000 })]);
  await expect.poll(() => host.ports()).toEqual([1]);
  host.feeds.follow([of('a', { pollMs: 60_000 })]);
  host.feeds.follow([of('b', { pollMs: 60_000 })]);
  await expect.poll(() => host.ports()).toEqual([2]);
  expect(asked).toEqual(['a', 'b']);
});

test.each([
  [{ host: 'http://10.0.0.1' }, undefined],
  [{ host: '' }, undefined],
  [{ port: 0 }, undefined],
  [{ weight: -1 }, undefined],
  [{ scheme: 'https' }, { scheme: 'https' }],
  [
    { weight: 0, tags: ['a', 'b'], metadata: { zone: 'x' } },
    { weight: 0, metadata: { zone: 'x', tags: 'a,b' } },
  ],
] as const)('of an instance with %j becomes %j', (given, expected) => {
  const target = instanceTarget({ id: 'i', host: '10.0.0.1', port: 80, ...given }, 'http');
  if (expected === undefined) expect(target).toBeUndefined();
  else expect(target).toMatchObject(expected);
});

test('HTTP/2 that the administrator has asked for stays, with TLS where the registry says so', () => {
  const scheme = (wanted: TargetModel['scheme'], given?: 'http' | 'https') =>
    instanceTarget({ id: 'i', host: 'h', port: 1, ...(given && { scheme: given }) }, wanted)?.scheme;
  expect([scheme('h2c'), scheme('h2'), scheme('h2c', 'https'), scheme('https')]).toEqual(['h2c', 'h2', 'h2', 'https']);
});

test('a registration is made, made again, and taken back at the end', async () => {
  const log: string[] = [];
  let registered: Registration | undefined;
  await using host = hosting({
    resolve: async () => [],
    register: async (registration) => {
      registered = registration;
      log.push('register');
    },
    deregister: async (id) => void log.push(`deregister ${id}`),
  });
  host.post();
  const self = { host: '10.1.1.1', port: 8_088 };
  const registrations = new Registrations({ desk: host.desk, log: SILENT, self, againMs: 5 });
  const health = { path: '/healthz', everyMs: 30_000, timeoutMs: 5_000 };
  await registrations.follow([
    {
      place: PLACE,
      use: 'list',
      config: {},
      service: 'edge',
      scheme: 'http',
      weight: 1,
      tags: ['v1'],
      metadata: {},
      health,
    },
  ]);
  await expect.poll(() => log.length).toBeGreaterThan(1);
  expect(registered).toMatchObject({ id: 'edge-10.1.1.1-8088', host: '10.1.1.1', port: 8_088, tags: ['v1'], health });
  expect(registrations.state()).toEqual([{ id: 'edge-10.1.1.1-8088', service: 'edge', isRegistered: true }]);
  await registrations[Symbol.asyncDispose]();
  expect(log.at(-1)).toBe('deregister edge-10.1.1.1-8088');
});
