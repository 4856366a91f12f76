import { expect, test } from 'vitest';
import { importRoute, importText, ocelotRoute } from '../import-ocelot.fixture.ts';

test('a route keeps Ocelot’s templates and rules, and sends neither the caller’s host nor forwarded headers', () => {
  const { route, codes } = importRoute({
    Key: 'Orders',
    UpstreamHttpMethod: ['get', ' Options '],
    UpstreamHost: 'Shop.example.com',
    UpstreamHeaderTemplates: { 'X-Version': '{header:v}' },
    DownstreamPathTemplate: '/v{v}/{rest}',
    DownstreamHttpMethod: 'post',
    Priority: 3,
    Metadata: { team: 'a' },
  });
  expect(codes('error')).toEqual([]);
  expect(route).toMatchObject({
    id: 'orders',
    compat: 'ocelot',
    match: {
      path: { kind: 'ocelot', template: '/orders/{rest}', caseSensitive: false },
      methods: ['GET', 'OPTIONS'],
      hosts: ['Shop.example.com'],
      headers: [{ name: 'X-Version', test: { is: 'ocelot', template: '{header:v}' } }],
      priority: 3,
    },
    to: { path: { kind: 'ocelot', template: '/v{v}/{rest}' }, method: 'POST', host: 'upstream', forwarded: false },
    metadata: { team: 'a' },
  });
});

test('the template of one placeholder alone comes last, whatever priority it was given', () => {
  const given = { UpstreamPathTemplate: '/{rest}', Priority: 99 };
  expect(importRoute(given).route.match.priority).toBe(0);
});

test('global metadata and the global request id hold where the route has none', () => {
  const global = { Metadata: { team: 'all', region: 'eu' }, RequestIdKey: 'X-Id' };
  const { route, config } = importRoute({ Metadata: { team: 'a' } }, undefined, global);
  expect(route.metadata).toEqual({ team: 'a', region: 'eu' });
  expect(config('correlation-id')).toEqual({ header: 'X-Id', respond: false });
});

test('ids come from keys and templates, and are unique', () => {
  const routes = [
    ocelotRoute({ UpstreamHttpMethod: ['GET'] }),
    ocelotRoute({ UpstreamHttpMethod: ['POST'] }),
    ocelotRoute({ Key: 'A' }),
  ];
  const { model } = importText(JSON.stringify({ Routes: routes }));
  expect(model.routes.map(({ id }) => id)).toEqual(['orders-rest', 'orders-rest-2', 'a']);
});

test('address lists of the route count, else the global ones', () => {
  const global = { SecurityOptions: { IPBlockedList: ['10.0.0.9'], ExcludeAllowedFromBlocked: true } };
  expect(importRoute({}, undefined, global).config('ip-access')).toEqual({
    allow: [],
    deny: ['10.0.0.9'],
    precedence: 'allow',
  });
  const own = { SecurityOptions: { IPAllowedList: ['10.0.0.0/8'] } };
  expect(importRoute(own, undefined, global).config('ip-access')).toEqual({ allow: ['10.0.0.0/8'], deny: [] });
});

test('a cache lives as many seconds as it says, in a region of its route', () => {
  const { config } = importRoute({ CacheOptions: { TtlSeconds: 15, EnableContentHashing: true } });
  expect(config('cache')).toEqual({
    mode: 'ocelot',
    ttl: 15_000,
    region: 'orders-rest',
    header: 'OC-Cache-Control',
    contentHashing: true,
  });
  expect(importRoute({ CacheOptions: { TtlSeconds: 0 } }).config('cache')).toBeUndefined();
});

test('a delegating handler that nothing stands for is an error; a policy or null can stand for it', () => {
  const given = { DelegatingHandlers: ['Signing', 'Tracing'] };
  expect(importRoute(given).codes('error')).toEqual(['OCELOT_HANDLER_UNKNOWN', 'OCELOT_HANDLER_UNKNOWN']);
  const handlers = { Signing: { policy: 'header-transform', config: { a: 1 } }, Tracing: null };
  const { route, codes } = importRoute(given, { compat: 'ocelot', handlers });
  expect(codes('error')).toEqual([]);
  expect(route.policies).toMatchObject([{ policy: 'header-transform', config: { a: 1 } }]);
});

test('policies stand in Ocelot’s order, each with an id of its own', () => {
  const { route } = importRoute({
    SecurityOptions: { IPAllowedList: ['10.0.0.1'] },
    RateLimitOptions: { Limit: 1 },
    RequestIdKey: 'X-Id',
    RouteClaimsRequirement: { role: 'User' },
    UpstreamHeaderTransform: { 'X-A': 'b' },
    CacheOptions: { TtlSeconds: 1 },
    QoSOptions: { MinimumThroughput: 2, Timeout: 1000 },
  });
  expect(route.policies.map(({ id }) => id)).toEqual(
    [
      'ip-access',
      'rate-limit',
      'correlation-id',
      'claims',
      'header-transform',
      'cache',
      'circuit-breaker',
      'timeout',
    ].map((policy) => `orders-rest/${policy}`),
  );
});

test('names that others have already are left to them', () => {
  const { model } = importRoute({ Key: 'orders' }, { compat: 'ocelot', taken: ['orders'] });
  expect(model).toMatchObject({ routes: [{ id: 'orders-2' }], upstreams: [{ name: 'orders-2' }] });
});

test.each([
  { RequestIdKey: 'X Id' },
  { CacheOptions: { TtlSeconds: 1, Header: 'a b' } },
  { RateLimitOptions: { Limit: 1, ClientIdHeader: ':' } },
  { UpstreamHeaderTransform: { 'X A': 'b' } },
  { DownstreamHeaderTransform: { 'X-A': 'b\r\nX-C: d' } },
  { AddHeadersToRequest: { '': 'Claims[sub] > value' } },
  { RouteClaimsRequirement: { '': 'x' } },
  { SecurityOptions: { IPBlockedList: ['localhost'] } },
])('%j has a name or an address that is none', (given) => {
  expect(importRoute(given).codes('error')).toEqual(['OCELOT_VALUE_INVALID']);
});
