import { expect, test } from 'vitest';
import { importText, ocelotRoute, scheme } from '../import-ocelot.fixture.ts';

const routes = [
  ocelotRoute({ UpstreamPathTemplate: '/users/{id}', DownstreamPathTemplate: '/{id}', Key: 'User' }),
  ocelotRoute({ UpstreamPathTemplate: '/posts/{id}', DownstreamPathTemplate: '/{id}', Key: 'posts' }),
];
const aggregate = { UpstreamPathTemplate: '/profile/{id}', RouteKeys: ['User', 'posts'] };
const imported = (given: object, handlers = {}) =>
  importText(JSON.stringify({ Routes: routes, Aggregates: [{ ...aggregate, ...given }] }), {
    compat: 'ocelot',
    handlers,
  });

test('an aggregate is a route that a policy answers', () => {
  const { model, codes } = imported({});
  expect(codes('error')).toEqual([]);
  expect(model.routes[2]).toMatchObject({
    id: 'profile-id',
    match: { methods: ['GET'], path: { template: '/profile/{id}' } },
    to: { kind: 'policies' },
    policies: [
      {
        policy: 'aggregate',
        config: {
          mode: 'ocelot',
          routes: [
            { key: 'User', route: 'user' },
            { key: 'posts', route: 'posts' },
          ],
        },
      },
    ],
  });
});

test('parameters of one answer become calls of another route', () => {
  const RouteKeysConfig = [{ RouteKey: 'posts', JsonPath: '$[*].id', Parameter: 'id' }];
  const { config } = imported({ RouteKeysConfig, UpstreamHttpMethod: ['GET', 'POST'] });
  expect(config('aggregate', 2)).toMatchObject({ config: [{ route: 'posts', jsonPath: '$[*].id', parameter: 'id' }] });
});

test('an aggregator of the administrator’s own needs a policy that stands for it, which gets the routes', () => {
  expect(imported({ Aggregator: 'Mine' }).codes('error')).toEqual(['OCELOT_HANDLER_UNKNOWN']);
  const { config } = imported({ Aggregator: 'Mine' }, { Mine: { policy: 'workflow', config: { a: 1 } } });
  expect(config('workflow', 2)).toMatchObject({ a: 1, routes: [{ key: 'User' }, { key: 'posts' }] });
});

test.each([
  [{ RouteKeys: [] }, 'names no routes'],
  [{ RouteKeys: ['User', 'nobody'] }, 'no route has the Key nobody'],
  [{ RouteKeysConfig: [{ RouteKey: 'nobody' }] }, 'which RouteKeys does not name'],
  [{ RouteKeysConfig: [{ RouteKey: 'posts', JsonPath: '$' }] }, 'needs a JsonPath and a Parameter'],
])('%j cannot work: %s', (given, problem) => {
  expect(imported(given).finding('OCELOT_AGGREGATE_INVALID')).toMatchObject({
    severity: 'error',
    message: expect.stringContaining(problem),
  });
});

test('a route of an aggregate may not have a request id of its own', () => {
  const text = JSON.stringify({ Routes: [{ ...routes[0], RequestIdKey: 'X' }, routes[1]], Aggregates: [aggregate] });
  expect(importText(text, { compat: 'ocelot', schemes: { Bearer: scheme('Bearer') } }).codes('error')).toEqual([
    'OCELOT_AGGREGATE_INVALID',
  ]);
});
