import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startApiServer } from '../../../../plugins/discovery/kubernetes/api-server.fixture.ts';
import { startDynamic } from './dynamic-routing.fixture.ts';

test.each([
  ['/orders/a/b?x=1&y=%20', 'A GET /a/b?x=1&y=%20'],
  ['/orders/', 'A GET /'],
  ['/orders', 'A GET /'],
  ['/orders?x=1', 'A GET /?x=1'],
  ['/orders/caf%C3%A9', 'A GET /caf%C3%A9'],
  ['/shop.orders/a', 'A GET /a'],
])('%s goes to the service that its first part names, as %s', async (path, seen) => {
  await using all = await startDynamic();
  all.register('orders', 'A');
  const { status, body } = await all.send(path);
  expect([status, body]).toEqual([200, seen]);
});

test('every request has its own path, also after the first one of a service', async () => {
  await using all = await startDynamic();
  all.register('orders', 'A');
  const bodies = [];
  for (const path of ['/orders/1', '/orders/2/x', '/orders/1'])
    bodies.push((await all.send(path, {}, path.endsWith('x') ? 'DELETE' : 'GET')).body);
  expect(bodies).toEqual(['A GET /1', 'A DELETE /2/x', 'A GET /1']);
  // One question to find it, one to follow it from then on.
  expect(all.consul.lookups()).toEqual(['orders', 'orders']);
});

test('the service sees its own host, and no X-Forwarded headers', async () => {
  await using all = await startDynamic();
  all.register('orders', 'B');
  await all.send('/orders/1', { 'X-Own': 'y' });
  const { headers } = all.seen()[0]!;
  expect(headers).toMatchObject({ host: `127.0.0.1:${all.services.portOf('B')}`, 'x-own': 'y' });
  expect(Object.keys(headers).filter((name) => name.startsWith('x-forwarded'))).toEqual([]);
});

test('a service that nobody has registered is 404 without a body, and is asked for once', async () => {
  await using all = await startDynamic();
  for (const _again of [1, 2, 3]) {
    const { status, body } = await all.send('/nobody/x');
    expect([status, body]).toEqual([404, '']);
  }
  expect(all.consul.lookups()).toEqual(['nobody']);
});

test.each([
  '/a%2fb/x',
  '/%2e%2e/x',
  '/a..b/x',
  '/-/x',
  '/a%20b/x',
  '/%00/x',
  `/${'x'.repeat(200)}/x`,
])('%s names no service, and no registry is asked', async (path) => {
  await using all = await startDynamic();
  expect([400, 404]).toContain((await all.send(path)).status);
  expect(all.consul.lookups()).toEqual([]);
});

test('without a registry that answers it is 500, and what is followed already goes on', async () => {
  await using all = await startDynamic();
  all.register('orders', 'A');
  await all.send('/orders/1');
  all.consul.server.isDown = true;
  expect((await all.send('/users/1')).status).toBe(500);
  expect((await all.send('/orders/1')).status).toBe(200);
});

test('where the only instance does not answer it is 502', async () => {
  await using all = await startDynamic();
  all.consul.set('orders', 1);
  expect((await all.send('/orders/1')).status).toBe(502);
});

test('instances that come and go are followed, and a service without any is 404 until one is back', async () => {
  await using all = await startDynamic({ LoadBalancerOptions: { Type: 'RoundRobin' } });
  all.register('orders', 'A');
  expect((await all.send('/orders/1')).body).toMatch(/^A/);
  all.register('orders', 'A', 'B');
  const sides = async () => new Set([(await all.send('/orders/1')).body[0], (await all.send('/orders/1')).body[0]]);
  await expect.poll(sides).toEqual(new Set(['A', 'B']));
  all.register('orders');
  await expect.poll(async () => (await all.send('/orders/1')).status).toBe(404);
  all.register('orders', 'B');
  await expect.poll(async () => (await all.send('/orders/1')).status).toBe(200);
});

test('the limit of all counts each service by itself', async () => {
  await using all = await startDynamic({ RateLimitOptions: { Limit: 2, Period: '1m', ClientIdHeader: 'X-Client' } });
  all.register('orders', 'A');
  all.register('users', 'B');
  const statuses = async (path: string) => {
    const each = [];
    for (const _again of [1, 2, 3]) each.push((await all.send(path, { 'X-Client': 'c' })).status);
    return each;
  };
  expect(await statuses('/orders/1')).toEqual([200, 200, 429]);
  expect(await statuses('/users/1')).toEqual([200, 200, 429]);
});

test('what DynamicRoutes says of a service stands in the place of what is said of all', async () => {
  const limit = (Limit: number) => ({ Limit, Period: '1m', ClientIdHeader: 'X-Client' });
  const own = [{ ServiceName: 'orders', RateLimitOptions: limit(1) }];
  await using all = await startDynamic({ RateLimitOptions: limit(2) }, own);
  all.register('users', 'B');
  all.register('orders', 'A');
  await expect.poll(() => all.upkeep.state().feeds[0]?.targets).toBe(1);
  const last = async (path: string, count: number) => {
    let status = 0;
    for (let sent = 0; sent < count; sent += 1) status = (await all.send(path, { 'X-Client': 'c' })).status;
    return status;
  };
  expect([await last('/users/1', 2), await last('/users/1', 1)]).toEqual([200, 429]);
  expect([await last('/orders/1', 1), await last('/orders/1', 1)]).toEqual([200, 429]);
});

test.each([
  '/ORDERS/1',
  '/x.orders/1',
  '/x.Orders/1',
])('no spelling leads past the route that a service has: %s', async (path) => {
  const guarded = [
    { ServiceName: 'orders', AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'] } },
  ] as const;
  await using all = await startDynamic({}, guarded);
  all.register('orders', 'A');
  all.register('ORDERS', 'A');
  all.register('Orders', 'A');
  expect((await all.send(path)).status).toBe(404);
  expect(all.seen()).toEqual([]);
});

test('who has to sign in does so before a registry is asked', async () => {
  await using all = await startDynamic({ AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'] } });
  all.register('orders', 'A');
  for (const path of ['/orders/1', '/nobody/1']) expect((await all.send(path)).status).toBe(401);
  expect((await all.send('/orders/1', { Authorization: 'Bearer forged' })).status).toBe(401);
  expect(all.consul.lookups()).toEqual([]);
  expect((await all.send('/orders/1', { Authorization: 'Bearer ada' })).status).toBe(200);
  expect((await all.send('/nobody/1', { Authorization: 'Bearer ada' })).status).toBe(404);
  expect((await all.send('/orders/1')).status).toBe(401);
});

test('a WebSocket goes to the service that the path names', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket, { url }) => socket.send(`at ${url}`));
  await once(sockets, 'listening');
  await using all = await startDynamic();
  all.consul.set('chat', (sockets.address() as AddressInfo).port);
  const socket = new WebSocket(`ws://127.0.0.1:${all.gateway.port}/chat/room?a=1`);
  const [text] = await once(socket, 'message');
  expect(String(text)).toBe('at /room?a=1');
  socket.terminate();
  sockets.close();
});

test('answers are kept for each service by itself', async () => {
  await using all = await startDynamic({ CacheOptions: { TtlSeconds: 60 } });
  all.register('orders', 'A');
  all.register('users', 'B');
  const bodies = [];
  for (const path of ['/orders/1', '/orders/1', '/users/1']) bodies.push((await all.send(path)).body);
  expect(bodies).toEqual(['A GET /1', 'A GET /1', 'B GET /1']);
  expect(all.seen()).toHaveLength(2);
});

test('before 24.1 a dot is part of the name', async () => {
  await using all = await startDynamic({}, [], { compat: 'ocelot-24.0' });
  all.register('shop.orders', 'A');
  all.register('orders', 'B');
  expect((await all.send('/shop.orders/1')).body).toBe('A GET /1');
});

test('the gateway file may limit what is reached, and opens one that Ocelot would', async () => {
  const services = { only: ['shop-*'], except: ['shop-admin'], most: 1, idle: 60_000 };
  await using all = await startDynamic({}, [], { services });
  for (const name of ['shop-a', 'shop-b', 'shop-admin', 'users']) all.register(name, 'A');
  const statusOf = async (name: string) => (await all.send(`/${name}/1`)).status;
  expect([await statusOf('shop-admin'), await statusOf('users'), await statusOf('shop.shop-admin')]).toEqual([
    404, 404, 404,
  ]);
  expect(await statusOf('shop-a')).toBe(200);
  // The other one is in use.
  expect(await statusOf('shop-b')).toBe(503);
  expect(await statusOf('shop-a')).toBe(200);
});

test('a reload keeps services and what their policies have counted; another registry begins anew', async () => {
  const RateLimitOptions = { Limit: 2, Period: '1m', ClientIdHeader: 'X-Client' };
  await using all = await startDynamic({ RateLimitOptions });
  all.register('orders', 'A');
  const send = async () => (await all.send('/orders/1', { 'X-Client': 'c' })).status;
  const asked = all.consul.lookups;
  expect([await send(), await send()]).toEqual([200, 200]);
  const before = asked().length;
  await all.reload({ DynamicRoutes: [{ ServiceName: 'other' }] });
  expect(await send()).toBe(429);
  expect(asked().filter((name) => name === 'orders')).toHaveLength(before);
  const GlobalConfiguration = { ServiceDiscoveryProvider: { ...all.consul.provider, Token: 'wrong' } };
  await all.reload({ GlobalConfiguration });
  expect(await send()).toBe(500);
});

test('Kubernetes is asked in the namespace that stands before the dot, else in that of the file', async () => {
  await using api = await startApiServer();
  const { hostname, port } = new URL(api.address);
  const provider = { Type: 'Kube', Scheme: 'http', Host: hostname, Port: Number(port), Namespace: 'home', Token: 't' };
  await using all = await startDynamic({ ServiceDiscoveryProvider: provider });
  const ports = [{ name: 'http', port: all.services.portOf('A') }];
  api.put({ name: 'orders-1', ports, endpoints: [{ addresses: ['127.0.0.1'] }] });
  expect((await all.send('/orders/1')).body).toBe('A GET /1');
  expect((await all.send('/shop.orders/1')).body).toBe('A GET /1');
  const spaces = new Set(api.asked.map(({ url }) => url.pathname.match(/namespaces\/([^/]+)/)?.[1]));
  expect(spaces).toEqual(new Set(['home', 'shop']));
  expect((await all.send('/home.orders/1')).status).toBe(200);
  expect(all.upkeep.state().feeds.map(({ upstream }) => upstream)).toEqual([
    'services/home.orders',
    'services/shop.orders',
  ]);
});
