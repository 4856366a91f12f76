import type { Discovery, ServiceInstance } from '@backplane/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { dns } from './dns.ts';
import { type DnsRecord, startDns } from './dns-server.fixture.ts';
import { settings } from './settings.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

async function serving(zone: Record<string, readonly DnsRecord[] | 'fails'>, config: object = {}) {
  const server = await startDns(zone);
  const { signal } = new AbortController();
  const parsed = settings.parse({ servers: [server.server], timeout: 500, tries: 1, ...config });
  const discovery = (await dns.open({ config: parsed, log: SILENT, signal })) as Discovery;
  onTestFinished(async () => {
    await discovery.close!();
    server[Symbol.dispose]();
  });
  const found = async (service: string) =>
    (await discovery.resolve({ service }, signal)).map(({ host, port, weight }) => [host, port, weight]);
  return { server, discovery, found };
}

const a = (address: string, ttl = 60): DnsRecord => ({ type: 'A', address, ttl });
const srv = (priority: number, weight: number, port: number, target: string): DnsRecord => ({
  type: 'SRV',
  srv: [priority, weight, port, target],
});

test('a name has the addresses of both families, with the port behind it', async () => {
  const { found } = await serving({
    'orders.test': [a('10.0.0.1'), a('10.0.0.2'), { type: 'AAAA', address: 'fd00::5' }],
  });
  expect(await found('orders.test:8080')).toEqual([
    ['10.0.0.1', 8080, 1],
    ['10.0.0.2', 8080, 1],
    ['fd00::5', 8080, 1],
  ]);
});

test('only the family that is wanted is asked for, and a name without a port has the one of the settings', async () => {
  const { server, found } = await serving({ 'orders.test': [a('10.0.0.1')] }, { family: '4', port: 9000 });
  expect(await found('orders.test')).toEqual([['10.0.0.1', 9000, 1]]);
  expect(server.asked).toEqual(['orders.test A']);
});

test('a service record gives ports and weights of the first priority alone', async () => {
  const { found } = await serving({
    '_http._tcp.orders.test': [srv(10, 60, 8080, 'a.test'), srv(10, 0, 8081, 'b.test'), srv(20, 99, 80, 'spare.test')],
    'a.test': [a('10.0.0.1'), a('10.0.0.2')],
    'b.test': [a('10.0.0.3')],
    'spare.test': [a('10.0.0.9')],
  });
  expect(await found('_http._tcp.orders.test')).toEqual([
    ['10.0.0.1', 8080, 30],
    ['10.0.0.2', 8080, 30],
    ['10.0.0.3', 8081, 0.1],
  ]);
});

test('service records without any weight share alike', async () => {
  const { found } = await serving({
    '_x._tcp.orders.test': [srv(0, 0, 1, 'a.test'), srv(0, 0, 2, 'a.test')],
    'a.test': [a('10.0.0.1')],
  });
  expect(await found('_x._tcp.orders.test')).toEqual([
    ['10.0.0.1', 1, 1],
    ['10.0.0.1', 2, 1],
  ]);
});

test('a name that does not exist has nobody, a server that fails is an error', async () => {
  const { found } = await serving({ 'ill.test': 'fails' });
  expect(await found('nobody.test')).toEqual([]);
  await expect(found('ill.test')).rejects.toThrow(/ESERVFAIL/);
});

test('a name is asked again when its time is up, not earlier', async () => {
  const zone: Record<string, DnsRecord[]> = { 'orders.test': [a('10.0.0.1', 0)] };
  const { server, discovery } = await serving(zone, { family: '4', minTtl: 20, maxTtl: 60 });
  const stopping = new AbortController();
  const lists = discovery.watch!({ service: 'orders.test' }, stopping.signal)[Symbol.asyncIterator]();
  const next = async () =>
    ((await lists.next()).value as readonly ServiceInstance[] | undefined)?.map(({ host }) => host);
  expect(await next()).toEqual(['10.0.0.1']);
  zone['orders.test'] = [a('10.0.0.2', 3_600)];
  const begun = performance.now();
  expect(await next()).toEqual(['10.0.0.2']);
  expect(performance.now() - begun).toBeGreaterThan(15);
  // An hour is longer than maxTtl.
  expect(await next()).toEqual(['10.0.0.2']);
  expect(server.asked).toHaveLength(3);
  stopping.abort();
  expect(await next()).toBeUndefined();
});
