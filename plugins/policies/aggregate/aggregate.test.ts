import type { Expressions, GatewayRouteCall } from '@backplane/sdk';
import { type PolicyTrialOptions, type RouteAnswer, type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { aggregate } from './aggregate.ts';

/** Of the host's language only what these tests need: `$[*].name`, as a list. */
const expressions: Pick<Expressions, 'jsonpath'> = {
  jsonpath(path, value) {
    const [, name] = /^\$\[\*\]\.(\w+)$/.exec(path) ?? [];
    if (name === undefined) throw new Error(`${path} is no path`);
    return Array.isArray(value) ? value.map((item) => item[name]) : [];
  },
};

type Route = (call: GatewayRouteCall) => RouteAnswer | Promise<RouteAnswer>;

async function send(config: object, routes: Record<string, Route>, request: TrialRequest = {}) {
  const options: PolicyTrialOptions = {
    routes,
    ports: { expressions: expressions as Expressions },
    route: { params: { id: '7' } },
  };
  await using trial = await tryPolicy(aggregate, config, options);
  return trial.send(request);
}

const user: Route = () => ({ body: { name: 'ada' } });
const orders: Route = () => ({ body: [{ no: 1 }] });
const broken: Route = () => ({ status: 500, body: { secret: 'stack' } });

test('answers of several routes stand under their keys', async () => {
  const { status, body, headers } = await send({ routes: { user: 'user', orders: 'orders' } }, { user, orders });
  expect([status, headers['content-type'], JSON.parse(body)]).toEqual([
    200,
    'application/json',
    { user: { name: 'ada' }, orders: [{ no: 1 }] },
  ]);
});

test('answers can be merged into one object', async () => {
  const role: Route = () => ({ body: { role: 'admin' } });
  const { body } = await send({ as: 'merge', routes: { user: 'user', role: 'role' } }, { user, role });
  expect(JSON.parse(body)).toEqual({ name: 'ada', role: 'admin' });
});

test('a branch is called with parameters and an address of its own', async () => {
  const calls: GatewayRouteCall[] = [];
  const record: Route = (call) => {
    calls.push(call);
    return { body: {} };
  };
  const config = { routes: { a: { route: 'record', url: '/u?x={query.q}', params: { user: '{param.id}' } } } };
  await send(config, { record }, { url: '/?q=a%26b' });
  expect(calls[0]).toMatchObject({ url: '/u?x=a%26b', params: { id: '7', user: '7' } });
});

test('branches are asked for whole answers that can be read', async () => {
  let headers: Readonly<Record<string, string>> | undefined;
  const record: Route = (call) => {
    headers = call.headers;
    return { body: {} };
  };
  await send(
    { routes: { a: 'record' } },
    { record },
    { headers: { 'accept-encoding': 'br', range: 'bytes=0-1', 'if-none-match': '"a"', authorization: 'Bearer t' } },
  );
  expect(headers).toEqual({ authorization: 'Bearer t' });
});

test('what the upstream of a branch did wrong is told in general', async () => {
  const { status, body } = await send({ routes: { user: 'user', orders: 'broken' } }, { user, broken });
  expect([status, JSON.parse(body)]).toMatchObject([
    502,
    { code: 'GATEWAY_AGGREGATE_FAILED', detail: 'The part orders of the answer could not be had.' },
  ]);
});

test('what the caller did wrong reaches it as the branch says it', async () => {
  const forbidden: Route = () => ({ status: 403, body: { code: 'NO' }, isFromUpstream: false });
  const { status, body } = await send({ routes: { user: 'user', orders: 'forbidden' } }, { user, forbidden });
  expect([status, JSON.parse(body)]).toEqual([403, { code: 'NO' }]);
});

test('an optional branch that fails is left out or replaced, and the answer says so', async () => {
  const config = {
    routes: {
      user: 'user',
      orders: { route: 'broken', optional: true, default: [] },
      news: { route: 'broken', optional: true },
    },
  };
  const { body, headers } = await send(config, { user, broken });
  expect(JSON.parse(body)).toEqual({ user: { name: 'ada' }, orders: [] });
  expect(headers).toMatchObject({ 'x-gateway-incomplete': 'orders, news', 'cache-control': 'no-store' });
});

test('a branch that takes too long is a timeout', async () => {
  const never: Route = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('gone'))));
  const { status, body } = await send({ routes: { a: { route: 'never', timeout: '10ms' } } }, { never });
  expect([status, JSON.parse(body).code]).toEqual([504, 'GATEWAY_AGGREGATE_TIMEOUT']);
});

test.each([
  [{ routes: {} }, 'names no routes'],
  [{ routes: { a: { route: 'user', url: '/{nothing}' } } }, 'no value of a request'],
  [{ routes: { a: { route: 'user', timeout: 'soon' } } }, 'no duration'],
  [
    { mode: 'ocelot', routes: [{ key: 'a', route: 'a' }], config: [{ route: 'a', jsonPath: '$[', parameter: 'x' }] },
    'no path',
  ],
])('the settings %j are refused', async (config, problem) => {
  await expect(send(config, { user })).rejects.toThrow(problem);
});

const pair = [
  { key: 'user', route: 'user' },
  { key: 'orders', route: 'orders' },
];

test('ocelot: bodies are put together as they came, whatever they are and whatever their status', async () => {
  const config = { mode: 'ocelot', routes: [...pair, { key: 'none', route: 'empty' }] };
  const empty: Route = () => ({ status: 404 });
  const { status, body } = await send(config, { user, orders: () => ({ status: 500, body: 'not json' }), empty });
  expect([status, body]).toEqual([200, '{"user":{"name":"ada"},"orders":not json,"none":}']);
});

test('ocelot: what the gateway refuses in a branch is the whole answer', async () => {
  const refused: Route = () => ({ status: 401, isFromUpstream: false, headers: { 'www-authenticate': 'Bearer' } });
  const { status, headers } = await send({ mode: 'ocelot', routes: pair }, { user, orders: refused });
  expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
});

const config = {
  mode: 'ocelot',
  routes: [
    { key: 'comments', route: 'comments' },
    { key: 'users', route: 'users' },
    { key: 'plain', route: 'plain' },
  ],
  config: [{ route: 'users', jsonPath: '$[*].userId', parameter: 'userId' }],
};
const users: Route = ({ params }) => ({ body: { id: params?.['userId'], of: params?.['id'] } });
const plain: Route = () => ({ body: 1 });
const comments =
  (...ids: number[]): Route =>
  () => ({ body: ids.map((userId) => ({ userId })) });

test('ocelot: values of the first answer become calls of another route, each value once', async () => {
  const { body } = await send(config, { comments: comments(1, 2, 1), users, plain });
  expect(JSON.parse(body)).toMatchObject({
    users: [
      { id: '1', of: '7' },
      { id: '2', of: '7' },
    ],
    plain: 1,
  });
});

test('ocelot: one value gives the plain body, and none leaves the key out', async () => {
  expect(JSON.parse((await send(config, { comments: comments(5), users, plain })).body).users).toMatchObject({
    id: '5',
  });
  expect(JSON.parse((await send(config, { comments: comments(), users, plain })).body)).toEqual({
    comments: [],
    plain: 1,
  });
});

test('ocelot: an answer that asks for too many calls is refused', async () => {
  const { status, body } = await send({ ...config, maxCalls: 2 }, { comments: comments(1, 2), users, plain });
  expect([status, JSON.parse(body).code]).toEqual([502, 'GATEWAY_AGGREGATE_TOO_LARGE']);
});
