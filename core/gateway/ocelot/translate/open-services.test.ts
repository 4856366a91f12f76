import { expect, test } from 'vitest';
import type { ServicesSource } from '../../model/upstream-model.ts';
import { importText, ocelotRoute } from '../import-ocelot.fixture.ts';
import type { OcelotImportOptions } from '../import-ocelot.ts';

const PROVIDER = { Type: 'Consul', Host: 'consul', Port: 8500, Token: 'hush' };

function imported(
  file: Readonly<Record<string, unknown>>,
  more: OcelotImportOptions = {},
  provider: object = PROVIDER,
) {
  const global = { ServiceDiscoveryProvider: provider, DownstreamScheme: 'https', ...(file['Global'] as object) };
  const { Global: _, ...rest } = file;
  const text = JSON.stringify({ GlobalConfiguration: global, ...rest });
  const read = importText(text, { compat: 'ocelot', ...more });
  const open = read.model.routes.find(({ id }) => id === 'services');
  const source = read.model.upstreams.find(({ name }) => name === 'services')?.targets as ServicesSource | undefined;
  return { ...read, open, source };
}

test('a file without Routes lets the path name any service, with the options of all', () => {
  const Global = { Timeout: 7, Metadata: { a: 'b' }, QoSOptions: { Timeout: 900 }, RateLimitOptions: { Limit: 3 } };
  const { open, source, codes } = imported({ Global });
  expect(codes('error')).toEqual([]);
  expect(codes('info')).toContain('OCELOT_DYNAMIC_OPEN');
  expect(open).toMatchObject({
    match: { path: { pattern: '/{service}/{rest*}', caseSensitive: true }, priority: 0 },
    to: { upstream: 'services', path: { template: '/{rest*}' }, host: 'upstream', forwarded: false },
    timeoutMs: 7_000,
    metadata: { a: 'b' },
  });
  expect(open!.policies.map(({ policy }) => policy)).toEqual(['rate-limit', 'circuit-breaker', 'timeout']);
  expect(source).toEqual({
    kind: 'services',
    use: 'consul',
    config: { address: 'http://consul:8500', token: 'hush', hosts: 'ocelot' },
    service: '{service}',
    beforeDot: 'nothing',
    tags: [],
    scheme: 'https',
    pollMs: 5_000,
    only: ['*'],
    except: [],
    most: 100,
    idleMs: 600_000,
  });
});

test('options for routes with a key are not for services that have none', () => {
  const { open } = imported({ Global: { RateLimitOptions: { Limit: 3, RouteKeys: ['a'] } } });
  expect(open!.policies).toEqual([]);
});

test('a service of DynamicRoutes keeps to its own route, however it is spelled', () => {
  const DynamicRoutes = [{ ServiceName: 'Orders', ServiceNamespace: 'shop', RateLimitOptions: { Limit: 1 } }];
  const { model, source } = imported({ DynamicRoutes });
  expect(model.routes.map(({ id }) => id)).toEqual(['orders', 'orders-shop', 'services']);
  expect(source!.except).toEqual(['Orders']);
  const kubernetes = imported({ DynamicRoutes }, {}, { Type: 'Kube', Host: 'k8s', Port: 443 });
  expect(kubernetes.source).toMatchObject({ beforeDot: 'namespace', namespace: 'default', except: ['shop.Orders'] });
});

test('before 24.1 a dot is part of the name, and limits are for services that are named', () => {
  const { open, source } = imported({ Global: { RateLimitOptions: { Limit: 3 } } }, { compat: 'ocelot-24.0' });
  expect(source!.beforeDot).toBe('name');
  expect(open!.policies).toEqual([]);
});

test('the gateway file says which services may be called', () => {
  const services = { only: ['shop-*'], except: ['shop-admin'], most: 3, idle: 1_000 };
  expect(imported({}, { services }).source).toMatchObject({
    only: ['shop-*'],
    except: ['shop-admin'],
    most: 3,
    idleMs: 1_000,
  });
  const named = imported({ DynamicRoutes: [{ ServiceName: 'a' }] }, { services: 'named' });
  expect([named.model.routes.map(({ id }) => id), named.codes('error')]).toEqual([['a'], []]);
  expect(imported({}, { services: 'named' }).codes('error')).toEqual(['OCELOT_NOTHING_TO_ROUTE']);
});

test.each([
  ['beside Routes', { Routes: [ocelotRoute()] }, PROVIDER],
  ['for a provider without a port', { DynamicRoutes: [{ ServiceName: 'a' }] }, { Host: 'consul' }],
])('nothing is open %s', (_when, file, provider) => {
  const { open, codes } = imported(file, {}, provider);
  expect([open, codes('error')]).toEqual([undefined, []]);
});

test('the naming service of Service Fabric is asked for no service that is not named, and the import says so', () => {
  const provider = { Type: 'ServiceFabric', Host: 'fabric', Port: 19_081 };
  const { open, codes } = imported({ DynamicRoutes: [{ ServiceName: 'a' }] }, {}, provider);
  expect([open, codes('warning')]).toEqual([undefined, ['OCELOT_DYNAMIC_CLOSED']]);
  expect(imported({}, {}, provider).codes('error')).toEqual(['OCELOT_NOTHING_TO_ROUTE']);
});

test('a provider that is not understood is complained of once', () => {
  const { codes } = imported({ DynamicRoutes: [{ ServiceName: 'a' }] }, {}, { ...PROVIDER, Type: 'Eureka' });
  expect(codes('error')).toEqual(['OCELOT_DISCOVERY_UNSUPPORTED']);
});
