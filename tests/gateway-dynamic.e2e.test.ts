import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpstream, type TestUpstream } from '../core/gateway/gateway.fixture.ts';
import { startConsul } from '../plugins/discovery/consul/consul-server.fixture.ts';
import { checkout, HostHome, type HostProcess } from './host-process.fixture.ts';

/** A host with an Ocelot file for dynamic routing, two workers and a Consul. */
let consul: Awaited<ReturnType<typeof startConsul>>;
let up: TestUpstream;
let home: HostHome;
let host: HostProcess;

const instance = (id: string, port: number) => ({
  Node: { Node: 'node-1', Address: '127.0.0.9' },
  Service: { ID: id, Address: '127.0.0.1', Port: port, Tags: [], Meta: {} },
});
const ocelot = () => {
  const { hostname, port } = new URL(consul.address);
  const provider = { Type: 'Consul', Host: hostname, Port: Number(port) };
  return JSON.stringify({ GlobalConfiguration: { DownstreamScheme: 'http', ServiceDiscoveryProvider: provider } });
};
const entry = (more = '') => `compat: ocelot\nroutes: [{ ocelot: ./ocelot.json${more} }]\n`;
const send = async (path: string) => {
  const answer = await fetch(`${host.note.gatewayUrl}${path}`, { headers: { connection: 'close' } });
  return `${answer.status} ${await answer.text()}`;
};
const backplane = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['core/main.ts', 'gateway', ...args, '--url', host.note.url, '--key', host.key], {
    cwd: checkout,
    encoding: 'utf8',
  }).stdout;

beforeAll(async () => {
  consul = await startConsul();
  up = await startUpstream((request, response) => response.end(`orders ${request.url}`));
  consul.set('orders', [instance('a', up.port)]);
  home = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, workers: 2, drainSeconds: 1 }\n',
    'config/gateway/routes.yaml': entry(),
    'config/gateway/ocelot.json': ocelot(),
  });
  host = await home.start();
}, 60_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await up?.[Symbol.asyncDispose]();
  await consul?.[Symbol.asyncDispose]();
});

test('a service of the registry is reached by the first part of the path, through every worker', async () => {
  await expect.poll(() => send('/orders/1?a=b'), { timeout: 10_000 }).toBe('200 orders /1?a=b');
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => send(`/orders/${at}`)));
  expect(answers).toEqual(Array.from({ length: 10 }, (_, at) => `200 orders /${at}`));
  expect(await send('/nobody/1')).toBe('404 ');
});

test('administrators see what is followed, and why a request goes where', () => {
  expect(backplane('routes')).toContain('services  any /{service}/{rest*} → services');
  expect(backplane('upstreams')).toMatch(
    /services\/orders {2}\(named by requests\)\n {2}http:\/\/127\.0\.0\.1:\d+ {2}healthy/,
  );
  expect(backplane('status')).toContain('services/orders from consul orders: 1 targets');
  expect(backplane('explain', 'GET', '/users/7')).toContain('discovered: consul users, asked by the first request');
  expect(backplane('explain', 'GET', '/orders/7')).toContain('it sees   GET /7');
});

test('a service that goes makes no host degraded: callers name services, not administrators', async () => {
  consul.set('orders', []);
  await expect.poll(() => send('/orders/1')).toBe('404 ');
  expect((await host.readyz()).body).toEqual({ status: 'ready', degraded: [] });
  consul.set('orders', [instance('a', up.port)]);
  await expect.poll(() => send('/orders/1')).toBe('200 orders /1');
});

test('a reload that closes dynamic routing closes it for services that are followed', async () => {
  home.write('config/gateway/routes.yaml', entry(", services: { only: ['shop-*'] }"));
  await expect.poll(() => send('/orders/1'), { timeout: 10_000 }).toBe('404 ');
  home.write('config/gateway/routes.yaml', entry());
  await expect.poll(() => send('/orders/1'), { timeout: 10_000 }).toBe('200 orders /1');
});
