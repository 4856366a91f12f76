import { testClock } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import {
  type Answer,
  exchange,
  routesOf,
  type Seen,
  type Sent,
  startImported,
  startServices,
} from './gateway-under-test.fixture.ts';
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

const DATA: Readonly<Record<string, Answer>> = {
  '/users/7': { body: '{"name":"Ada"}', headers: { 'X-Own': 'user' } },
  '/orders/7': { body: '[{"item":"a"},{"item":"b"},{"item":"a"}]' },
  '/orders/8': { body: '[{"item":"b"}]' },
  '/orders/9': { body: '[]' },
  '/items/a': { body: '"apple"' },
  '/items/b': { body: '"bread"' },
};

const answerOf = ({ url }: Seen): Answer => DATA[url.split('?')[0]!] ?? { status: 404, body: 'null' };

const ROUTES = [
  { UpstreamPathTemplate: '/users/{id}', DownstreamPathTemplate: '/users/{id}', Key: 'user' },
  { UpstreamPathTemplate: '/orders/{id}', DownstreamPathTemplate: '/orders/{id}', Key: 'orders' },
  { UpstreamPathTemplate: '/items/{item}', DownstreamPathTemplate: '/items/{item}', Key: 'items' },
  { UpstreamPathTemplate: '/gone', DownstreamPathTemplate: '/gone', Key: 'gone' },
  {
    UpstreamPathTemplate: '/down',
    DownstreamPathTemplate: '/down',
    Key: 'down',
    DownstreamHostAndPorts: [{ Host: '127.0.0.1', Port: 1 }],
  },
  {
    UpstreamPathTemplate: '/secret/{id}',
    DownstreamPathTemplate: '/users/{id}',
    Key: 'secret',
    AuthenticationOptions: { AuthenticationProviderKeys: ['Bearer'] },
  },
];

const AGGREGATES = [
  { UpstreamPathTemplate: '/all/{id}', RouteKeys: ['orders', 'user'] },
  { UpstreamPathTemplate: '/with-gone/{id}', RouteKeys: ['user', 'gone'] },
  { UpstreamPathTemplate: '/with-down/{id}', RouteKeys: ['user', 'down'] },
  { UpstreamPathTemplate: '/with-secret/{id}', RouteKeys: ['user', 'secret'], UpstreamHttpMethod: ['GET', 'POST'] },
  {
    UpstreamPathTemplate: '/lines/{id}',
    RouteKeys: ['orders', 'user', 'items'],
    RouteKeysConfig: [{ RouteKey: 'items', JsonPath: '$[*].item', Parameter: 'item' }],
  },
];

async function world() {
  const services = await startServices(answerOf);
  const file = { Routes: routesOf(services, ROUTES), Aggregates: AGGREGATES };
  const gateway = await startImported(file, policiesUnderTest(testClock()), { compat: 'ocelot', schemes: SCHEMES });
  return {
    services,
    send: (sent: Sent) => exchange(gateway.port, sent),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await services[Symbol.asyncDispose]();
    },
  };
}

test('answers stand under their keys in the order of the aggregate, without their headers', async () => {
  await using all = await world();
  const { status, headers, body } = await all.send({ send: 'GET /all/7?x=1' });
  expect([status, body]).toEqual([200, '{"orders":[{"item":"a"},{"item":"b"},{"item":"a"}],"user":{"name":"Ada"}}']);
  expect(headers['content-type']).toContain('application/json');
  expect(headers['x-own']).toBeUndefined();
  expect(all.services.seen.map(({ url }) => url).toSorted()).toEqual(['/orders/7?x=1', '/users/7?x=1']);
});

test('an error of a service is content, one of the gateway is the answer', async () => {
  await using all = await world();
  expect(await all.send({ send: 'GET /with-gone/7' })).toMatchObject({
    status: 200,
    body: '{"user":{"name":"Ada"},"gone":null}',
  });
  expect((await all.send({ send: 'GET /with-down/7' })).status).toBe(502);
});

test('each branch asks who the caller is', async () => {
  await using all = await world();
  expect((await all.send({ send: 'GET /with-secret/7' })).status).toBe(401);
  const headers = { Authorization: 'Bearer ada' };
  expect(await all.send({ send: 'GET /with-secret/7', headers })).toMatchObject({
    status: 200,
    body: '{"user":{"name":"Ada"},"secret":{"name":"Ada"}}',
  });
});

test('only the methods of the aggregate count, and every branch gets the body', async () => {
  await using all = await world();
  expect((await all.send({ send: 'POST /all/7' })).status).toBe(404);
  const headers = { Authorization: 'Bearer ada', 'Content-Length': '5' };
  expect((await all.send({ send: 'POST /with-secret/7', headers, body: 'hello' })).status).toBe(200);
  expect(all.services.seen.map(({ method, body }) => `${method} ${body}`)).toEqual(['POST hello', 'POST hello']);
});

test.each([
  ['/lines/7', '["apple","bread"]'],
  ['/lines/8', '"bread"'],
])('%s calls the last route once for each value of the first answer: %s', async (path, items) => {
  await using all = await world();
  expect(JSON.parse((await all.send({ send: `GET ${path}` })).body)).toMatchObject({ items: JSON.parse(items) });
});

test('without a value the key is left out', async () => {
  await using all = await world();
  expect((await all.send({ send: 'GET /lines/9' })).body).toBe('{"orders":[],"user":null}');
});
