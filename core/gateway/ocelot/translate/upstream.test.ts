import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';

test.each([
  [undefined, { type: 'first' }],
  [{ Type: 'RoundRobin' }, { type: 'round-robin' }],
  [{ Type: 'leastconnection' }, { type: 'least-connections', ties: 'first' }],
  [
    { Type: 'CookieStickySessions', Key: 'sid', Expiry: 5000 },
    { type: 'sticky-cookie', cookie: 'sid', ttlMs: 5_000, ocelot: true },
  ],
  [
    { Type: 'CookieStickySessions' },
    { type: 'sticky-cookie', cookie: '.AspNetCore.Session', ttlMs: 1_200_000, ocelot: true },
  ],
])('the balancer %j is %j', (LoadBalancerOptions, balancer) => {
  expect(importRoute({ LoadBalancerOptions }).upstream.balancer).toEqual(balancer);
});

test('a balancer of the administrator’s own is an error', () => {
  expect(importRoute({ LoadBalancerOptions: { Type: 'Mine' } }).codes('error')).toEqual(['OCELOT_BALANCER_UNKNOWN']);
});

test('connections and certificates are as the handler options say', () => {
  const { upstream } = importRoute({
    HttpHandlerOptions: { MaxConnectionsPerServer: 8, PooledConnectionLifetimeSeconds: 30 },
    DangerousAcceptAnyServerCertificateValidator: true,
  });
  expect(upstream.pool).toMatchObject({ connections: 8, keepAliveMs: 30_000, tls: { verify: false } });
});

test('certificates are verified unless the file says otherwise', () => {
  expect(importRoute({}).upstream.pool.tls).toBeUndefined();
});

test('each option of the handler that is not followed is a warning', () => {
  const HttpHandlerOptions = { UseCookieContainer: true, UseProxy: true, UseTracing: true };
  expect(importRoute({ HttpHandlerOptions }).codes('warning')).toEqual(Array(3).fill('OCELOT_OPTION_UNSUPPORTED'));
});

test('redirections are followed within breaker and timeout', () => {
  const { route } = importRoute({ HttpHandlerOptions: { AllowAutoRedirect: true }, QoSOptions: { Timeout: 2000 } });
  expect(route.policies.map(({ policy }) => policy)).toEqual(['circuit-breaker', 'timeout', 'follow-redirects']);
});

test('a health check, which Ocelot would ignore, asks the targets', () => {
  const { upstream } = importRoute({ HealthCheck: { Path: '/health', Timeout: 5000 } });
  expect(upstream.health.active).toMatchObject({ path: '/health', timeoutMs: 5_000 });
});
