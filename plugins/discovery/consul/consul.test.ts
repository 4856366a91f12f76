import type { Discovery, Registration, ServiceInstance } from '@backplane/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { consul } from './consul.ts';
import { type Entry, fetchHttp, startConsul } from './consul-server.fixture.ts';
import { settings } from './settings.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

async function opened(address: string, config: object = {}): Promise<Discovery> {
  const { signal } = new AbortController();
  return consul.open({ config: settings.parse({ address, ...config }), log: SILENT, signal, http: fetchHttp });
}

const entry = (id: string, port: number, more: object = {}): Entry => ({
  Node: { Node: 'node-1', Address: '10.0.0.1', Datacenter: 'dc1' },
  Service: { ID: id, Address: '', Port: port, Tags: [], Meta: {}, Weights: { Passing: 1, Warning: 1 }, ...more },
});

/** Follows a service; its lists come one by one. */
function following(discovery: Discovery, service: string) {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const lists = discovery.watch!({ service }, stopping.signal)[Symbol.asyncIterator]();
  return {
    next: async () => ((await lists.next()).value as readonly ServiceInstance[]).map(({ port }) => port),
    stop: () => stopping.abort(),
  };
}

test('only passing instances are asked for, in the namespace, data center and with the tags wanted', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1, { Tags: ['blue', 'v2'] }), entry('b', 2, { Tags: ['blue'] })]);
  const discovery = await opened(server.address, { datacenter: 'dc2' });
  const query = { service: 'orders', namespace: 'shop', tags: ['blue', 'v2'] };
  const found = await discovery.resolve(query, new AbortController().signal);
  expect(found.map(({ port }) => port)).toEqual([1]);
  expect(server.asked[0]!.search).toBe('?passing=1&dc=dc2&ns=shop&tag=blue&tag=v2');
});

test('an instance has the address of its service, else of its node, with weight, tags, version and metadata', async () => {
  await using server = await startConsul();
  server.set('orders', [
    entry('a', 1, {
      Address: '10.9.9.9',
      Tags: ['version-2.1'],
      Meta: { zone: 'x', scheme: 'https' },
      Weights: { Passing: 5 },
    }),
    entry('b', 2),
    entry('bad', 3, { Address: 'http://10.0.0.3' }),
    entry('none', 0),
  ]);
  const discovery = await opened(server.address);
  const found = await discovery.resolve({ service: 'orders' }, new AbortController().signal);
  expect(found).toEqual([
    {
      id: 'node-1/a',
      host: '10.9.9.9',
      port: 1,
      weight: 5,
      scheme: 'https',
      tags: ['version-2.1'],
      metadata: { zone: 'x', scheme: 'https', node: 'node-1', datacenter: 'dc1', version: '2.1' },
    },
    expect.objectContaining({ host: '10.0.0.1', port: 2, weight: 1 }),
  ]);
});

test('as Ocelot does it, a service at the address of its node has the name of the node', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1, { Address: '10.0.0.1' }), entry('b', 2, { Address: '10.0.0.2' })]);
  const discovery = await opened(server.address, { hosts: 'ocelot' });
  const found = await discovery.resolve({ service: 'orders' }, new AbortController().signal);
  expect(found.map(({ host }) => host)).toEqual(['node-1', '10.0.0.2']);
});

test('news are told as soon as they are there, by one question that waits', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1)]);
  const follow = following(await opened(server.address), 'orders');
  expect(await follow.next()).toEqual([1]);
  const next = follow.next();
  await expect.poll(() => server.waiting.size).toBe(1);
  server.set('orders', [entry('a', 1), entry('b', 2)]);
  expect(await next).toEqual([1, 2]);
  expect(server.asked.map(({ searchParams }) => searchParams.get('index'))).toEqual([null, '11']);
  expect(server.asked[1]!.searchParams.get('wait')).toBe('55000ms');
});

test('a question whose time is up without news is asked again, and nothing is told', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1)]);
  const follow = following(await opened(server.address, { wait: 20 }), 'orders');
  expect(await follow.next()).toEqual([1]);
  const next = follow.next();
  await expect.poll(() => server.asked.length).toBeGreaterThan(4);
  server.set('orders', [entry('b', 2)]);
  expect(await next).toEqual([2]);
});

test('an index that goes back begins a new history, so that nothing is waited for in vain', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1)], 100);
  const follow = following(await opened(server.address), 'orders');
  await follow.next();
  const next = follow.next();
  await expect.poll(() => server.waiting.size).toBe(1);
  server.set('orders', [entry('b', 2)], 5);
  expect(await next).toEqual([2]);
  const after = follow.next();
  expect(await after).toEqual([2]);
  expect(server.asked.at(-1)!.searchParams.get('index')).toBeNull();
});

test('a watch that is stopped leaves no question behind', async () => {
  await using server = await startConsul();
  server.set('orders', [entry('a', 1)]);
  const follow = following(await opened(server.address), 'orders');
  await follow.next();
  const next = follow.next().catch(() => 'stopped');
  await expect.poll(() => server.waiting.size).toBe(1);
  follow.stop();
  expect(await next).toBe('stopped');
  await expect.poll(() => server.waiting.size).toBe(0);
});

test('a wrong token is refused, and neither token is told', async () => {
  await using server = await startConsul('right-token');
  const signal = new AbortController().signal;
  const ask = async (token: string) => (await opened(server.address, { token })).resolve({ service: 'x' }, signal);
  await expect(ask('wrong-token')).rejects.toThrow('Consul answered 403: Permission denied');
  await expect(ask('right-token')).resolves.toEqual([]);
});

test('a cluster without a leader is an error, not an empty list', async () => {
  await using server = await startConsul();
  const discovery = await opened(server.address);
  await discovery.check!(new AbortController().signal);
  server.isDown = true;
  await expect(discovery.resolve({ service: 'x' }, new AbortController().signal)).rejects.toThrow('No cluster leader');
});

const REGISTRATION: Registration = {
  id: 'edge-1',
  service: 'edge',
  host: '10.1.1.1',
  port: 8_088,
  tags: ['v1'],
  health: { path: '/healthz', everyMs: 30_000, timeoutMs: 5_000 },
};

test('a service is registered with its check, and removed by Consul when that fails for five minutes', async () => {
  await using server = await startConsul();
  const discovery = await opened(server.address);
  await discovery.register!(REGISTRATION, new AbortController().signal);
  expect(server.agent.get('edge-1')).toMatchObject({
    Name: 'edge',
    Address: '10.1.1.1',
    Port: 8_088,
    Tags: ['v1'],
    Check: {
      HTTP: 'http://10.1.1.1:8088/healthz',
      Interval: '30000ms',
      Timeout: '5000ms',
      DeregisterCriticalServiceAfter: '300000ms',
    },
  });
});

test('one that is registered as it is, is left alone; one that was forgotten or has moved is registered again', async () => {
  await using server = await startConsul();
  const discovery = await opened(server.address);
  const { signal } = new AbortController();
  const puts = () => server.asked.filter(({ pathname }) => pathname.endsWith('/register')).length;
  await discovery.register!(REGISTRATION, signal);
  await discovery.register!(REGISTRATION, signal);
  expect(puts()).toBe(1);
  await discovery.register!({ ...REGISTRATION, port: 9_000 }, signal);
  server.agent.clear();
  await discovery.register!(REGISTRATION, signal);
  expect(puts()).toBe(3);
});

test('a service is taken back; one that is gone already is no error', async () => {
  await using server = await startConsul();
  const discovery = await opened(server.address);
  const { signal } = new AbortController();
  await discovery.register!(REGISTRATION, signal);
  await discovery.deregister!('edge-1', signal);
  expect(server.agent.size).toBe(0);
  await discovery.deregister!('edge-1', signal);
});
