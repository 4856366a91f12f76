import { expect, test } from 'vitest';
import { readGateway } from '../../files/read-gateway.ts';
import { nineRoutes } from '../conformance/nine-routes.fixture.ts';
import { importRoute, importText, ocelotRoute, scheme } from '../import-ocelot.fixture.ts';
import { writeNative } from './write-native.ts';

const SCHEMES = 'authentication: { Bearer: { type: jwt }, ApiKey: { type: api-key } }\n';
const readBack = (text: string) =>
  readGateway(
    [
      { name: 'schemes.yaml', text: SCHEMES },
      { name: 'native.yaml', text },
    ],
    {
      environment: {},
      ocelotFiles: () => [],
    },
  );

test('what is written is a gateway file, with the same routes, policies and targets', () => {
  const schemes = { Bearer: scheme('Bearer'), ApiKey: scheme('ApiKey') };
  const { model } = importText(JSON.stringify(nineRoutes({ authentication: 'as-meant' })), { schemes });
  const again = readBack(writeNative(model));
  expect(again.problems).toEqual([]);
  expect(again.model.routes).toHaveLength(9);
  for (const [index, route] of again.model.routes.entries()) {
    const before = model.routes[index]!;
    expect(route.id).toBe(before.id);
    expect(route.authenticate.mode).toBe(before.authenticate.mode);
    expect(route.policies.map(({ id, config }) => [id, config])).toEqual(
      before.policies.map(({ id, config }) => [id, config]),
    );
    const targets = again.model.upstreams.find(
      ({ name }) => route.to.kind === 'upstream' && name === route.to.upstream,
    );
    expect(targets?.targets).toEqual(model.upstreams[index]?.targets);
  }
});

test('the last placeholder takes the rest, the others a segment', () => {
  const { model } = importRoute({ UpstreamPathTemplate: '/a/v{n}/{rest}', DownstreamPathTemplate: '/{n}/x/{rest}' });
  const [route] = readBack(writeNative(model)).model.routes;
  expect(route).toMatchObject({
    match: { path: { pattern: '/a/v{n}/{rest*}', caseSensitive: false } },
    to: { path: { template: '/{n}/x/{rest*}' } },
  });
});

test.each([
  [{ UpstreamPathTemplate: '/a?x={x}' }, 'looks at the query'],
  [{ UpstreamPathTemplate: '/(a|b)/{rest}' }, 'regular expression'],
  [{ UpstreamPathTemplate: '/a/' }, 'with and without a slash'],
  [{ UpstreamPathTemplate: '/{a}-{b}/x' }, 'two placeholders'],
  [{ UpstreamPathTemplate: '/a/{name}.pdf' }, 'more than one segment'],
  [{ UpstreamPathTemplate: '/{a-b}/x' }, 'a name that is none here'],
  [{ DownstreamPathTemplate: '/a?b={rest}' }, 'merges in its own way'],
  [{ DownstreamPathTemplate: '/{none}' }, 'the path does not give'],
  [{ UpstreamHeaderTemplates: { 'X-A': '{header:a}' } }, 'looks at headers'],
])('%j is left to the Ocelot file: %s', (given, why) => {
  const text = writeNative(importRoute(given).model);
  expect(text).toMatch(/^# Left to the Ocelot file: /);
  expect(text.split('\n')[0]).toContain(why);
  expect(readBack(text).model.routes).toEqual([]);
});

test('a token is written as the name of a secret', () => {
  const global = { ServiceDiscoveryProvider: { Type: 'Consul', Host: 'consul', Port: 8500, Token: 'hush' } };
  const text = writeNative(importRoute({ DownstreamHostAndPorts: [], ServiceName: 'orders' }, undefined, global).model);
  expect(text).toContain('secret:consul.TOKEN');
  expect(text).not.toContain('hush');
  expect(readBack(text).problems).toEqual([]);
});

test('services that the path names are written as such', () => {
  const global = { ServiceDiscoveryProvider: { Type: 'Consul', Host: 'consul', Port: 8500 } };
  const file = { DynamicRoutes: [{ ServiceName: 'orders' }], GlobalConfiguration: global };
  const { model } = importText(JSON.stringify(file));
  const again = readBack(writeNative(model));
  expect(again.problems).toEqual([]);
  expect(again.model.upstreams[1]!.targets).toEqual(model.upstreams[1]!.targets);
  expect(again.model.routes[1]).toMatchObject({
    match: { path: { pattern: '/{service}/{rest*}' }, priority: 0 },
    to: { path: { template: '/{rest*}' } },
  });
});

test('an upstream with several targets, a health check or a certificate that is not checked keeps them', () => {
  const { model } = importText(
    JSON.stringify({
      Routes: [
        ocelotRoute({
          DownstreamHostAndPorts: [
            { Host: 'a', Port: 1 },
            { Host: '::1', Port: 2 },
          ],
          LoadBalancerOptions: { Type: 'LeastConnection' },
          HttpHandlerOptions: { MaxConnectionsPerServer: 9 },
          DangerousAcceptAnyServerCertificateValidator: true,
          HealthCheck: { Path: '/health', Timeout: 700 },
        }),
      ],
    }),
  );
  const { model: again, problems } = readBack(writeNative(model));
  expect(problems).toEqual([]);
  expect(again.upstreams).toMatchObject([
    {
      targets: {
        targets: [
          { host: 'a', port: 1 },
          { host: '::1', port: 2 },
        ],
      },
      balancer: { type: 'least-connections' },
      health: { active: { path: '/health', timeoutMs: 700 } },
      pool: { connections: 9, tls: { verify: false } },
    },
  ]);
});

test('parameters of the path are decoded in native routes, and claims are told nothing else', () => {
  const { native } = importRoute({
    AuthenticationOptions: { AuthenticationProviderKeys: [] },
    RouteClaimsRequirement: { sub: '{rest}' },
  });
  expect(native).toContain('claims');
  expect(native).not.toContain('encodedParams');
});
