import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';

const CONSUL = {
  ServiceDiscoveryProvider: { Type: 'PollConsul', Host: 'consul', Port: 8500, Token: 'hush', PollingInterval: 100 },
};
const service = { DownstreamHostAndPorts: undefined, ServiceName: 'orders' };

test('a route without hosts and without a service is an error', () => {
  expect(importRoute({ DownstreamHostAndPorts: [] }).codes('error')).toEqual(['OCELOT_TARGET_MISSING']);
  expect(importRoute({ DownstreamHostAndPorts: [{ Host: ' ', Port: 1 }] }).codes('error')).toEqual([
    'OCELOT_TARGET_MISSING',
  ]);
});

test('a port that is missing is that of the scheme', () => {
  const { upstream } = importRoute({ DownstreamScheme: 'https', DownstreamHostAndPorts: [{ Host: 'a' }] });
  expect(upstream.targets).toMatchObject({ targets: [{ scheme: 'https', host: 'a', port: 443 }] });
});

test.each([
  [{ DownstreamScheme: 'wss' }, 'https'],
  [{ DownstreamScheme: 'ws' }, 'http'],
  [{ DownstreamScheme: 'https', DownstreamHttpVersion: '2.0' }, 'h2'],
  [{ DownstreamHttpVersion: '2.0' }, 'http'],
  [{ DownstreamHttpVersion: '2.0', DownstreamHttpVersionPolicy: 'RequestVersionExact' }, 'h2c'],
  [{ DownstreamHttpVersion: '1,1' }, 'http'],
])('%j is %s', (given, scheme) => {
  const { upstream, codes } = importRoute(given);
  expect(codes('error')).toEqual([]);
  expect(upstream.targets).toMatchObject({ targets: [{ scheme }] });
});

test('what is no version of HTTP is an error, and version 3 a warning', () => {
  expect(importRoute({ DownstreamHttpVersion: 'two' }).codes('error')).toEqual(['OCELOT_HTTP_VERSION_INVALID']);
  expect(importRoute({ DownstreamHttpVersion: '3.0' }).codes('warning')).toEqual(['OCELOT_OPTION_UNSUPPORTED']);
  expect(importRoute({ DownstreamScheme: 'ftp' }).codes('error')).toEqual(['OCELOT_VALUE_INVALID']);
});

test('without a scheme it is http, and the import says so', () => {
  expect(importRoute({ DownstreamScheme: undefined }).codes('info')).toContain('OCELOT_SCHEME_ASSUMED');
});

test('a service is looked up where the provider says, and the token shows in no finding and no report', () => {
  const { upstream, findings, report } = importRoute(service, undefined, CONSUL);
  expect(upstream.targets).toEqual({
    kind: 'discovery',
    use: 'consul',
    config: { address: 'http://consul:8500', token: 'hush', hosts: 'ocelot' },
    service: 'orders',
    tags: [],
    scheme: 'http',
    pollMs: 100,
  });
  expect(JSON.stringify([findings, report])).not.toContain('hush');
});

test('Kubernetes takes the namespace of the route, else that of all', () => {
  const global = {
    ServiceDiscoveryProvider: { Type: 'Kube', Scheme: 'https', Host: 'k8s', Port: 6443, Namespace: 'shop' },
  };
  expect(importRoute(service, undefined, global).upstream.targets).toMatchObject({
    use: 'kubernetes',
    namespace: 'shop',
  });
  const own = importRoute({ ...service, ServiceNamespace: 'other' }, undefined, global);
  expect(own.upstream.targets).toMatchObject({ namespace: 'other', config: { address: 'https://k8s:6443' } });
});

test('Service Fabric gets the name of the service in the path', () => {
  const global = { ServiceDiscoveryProvider: { Type: 'ServiceFabric', Host: 'fabric', Port: 19081 } };
  const { route, upstream } = importRoute({ ...service, ServiceName: 'App/Orders' }, undefined, global);
  expect(route.to).toMatchObject({ path: { template: '/App/Orders/{rest}' } });
  expect(upstream.targets).toMatchObject({ targets: [{ host: 'fabric', port: 19_081 }] });
});

test('a service needs a provider, and one that there is something for', () => {
  expect(importRoute(service).codes('error')).toEqual(['OCELOT_DISCOVERY_MISSING']);
  const global = { ServiceDiscoveryProvider: { Type: 'Eureka', Host: 'e', Port: 1 } };
  expect(importRoute(service, undefined, global).codes('error')).toEqual(['OCELOT_DISCOVERY_UNSUPPORTED']);
});
