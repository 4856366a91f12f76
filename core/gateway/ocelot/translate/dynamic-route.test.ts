import { expect, test } from 'vitest';
import { importText, ocelotRoute } from '../import-ocelot.fixture.ts';

const GLOBAL = {
  ServiceDiscoveryProvider: { Type: 'Consul', Host: 'consul', Port: 8500 },
  DownstreamScheme: 'https',
  RateLimitOptions: { Limit: 7 },
};
const imported = (given: Readonly<Record<string, unknown>>) =>
  importText(JSON.stringify({ GlobalConfiguration: GLOBAL, ...given }));

test('the first part of the path is the service, the rest its path', () => {
  const { model, codes, config } = imported({ DynamicRoutes: [{ ServiceName: 'Orders', ServiceNamespace: 'shop' }] });
  expect(codes('error')).toEqual([]);
  const named = model.routes.filter(({ id }) => id !== 'services');
  expect(named.map(({ id, match, to }) => ({ id, path: match.path, to }))).toEqual(
    ['Orders', 'shop.Orders'].map((first, index) => ({
      id: index === 0 ? 'orders' : 'orders-shop',
      path: { kind: 'native', pattern: `/${first}/{rest*}`, caseSensitive: true },
      to: {
        kind: 'upstream',
        upstream: 'orders',
        path: { kind: 'native', template: '/{rest*}' },
        host: 'upstream',
        forwarded: false,
      },
    })),
  );
  expect(model.upstreams[0]).toMatchObject({ targets: { use: 'consul', service: 'Orders', scheme: 'https' } });
  expect(config('rate-limit')).toMatchObject({ limit: 7 });
});

test('the limit under its old name wins', () => {
  const { config } = imported({
    DynamicRoutes: [{ ServiceName: 'a', RateLimitRule: { Limit: 2 }, RateLimitOptions: { Limit: 3 } }],
  });
  expect(config('rate-limit')).toMatchObject({ limit: 2 });
});

test('beside Routes dynamic ones do not count', () => {
  const { model, codes } = imported({ Routes: [ocelotRoute()], DynamicRoutes: [{ ServiceName: 'a' }] });
  expect(model.routes).toHaveLength(1);
  expect(codes('warning')).toContain('OCELOT_PROPERTY_UNUSED');
});
