import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';

test('failures in a row open the breaker, and its timeout lies within it', () => {
  const { route, config } = importRoute({ QoSOptions: { MinimumThroughput: 3, BreakDuration: 1000, Timeout: 2000 } });
  expect(config('circuit-breaker')).toMatchObject({ mode: 'ocelot', minimumThroughput: 3, breakDuration: 1_000 });
  expect(config('timeout')).toEqual({ mode: 'ocelot', kind: 'qos', timeout: 2_000, routeName: '/orders/{rest}' });
  expect(route.policies.map(({ policy }) => policy)).toEqual(['circuit-breaker', 'timeout']);
});

test('a timeout alone brings the breaker of a hundred failures with it', () => {
  expect(importRoute({ QoSOptions: { Timeout: 2000 } }).config('circuit-breaker')).toMatchObject({
    minimumThroughput: 100,
    breakDuration: 5_000,
  });
});

test('where the old and the new name are given, the old one counts', () => {
  expect(importRoute({ QoSOptions: { TimeoutValue: 1000, Timeout: 2000 } }).config('timeout')).toMatchObject({
    timeout: 1_000,
  });
});

test('a ratio has a window', () => {
  const { config } = importRoute({ QoSOptions: { FailureRatio: 0.2, MinimumThroughput: 10 } });
  expect(config('circuit-breaker')).toMatchObject({ failureRatio: 0.2, samplingDuration: 10_000 });
});

test('values out of range are replaced as Ocelot does, with a warning each', () => {
  const { config, codes } = importRoute({ QoSOptions: { MinimumThroughput: 1, BreakDuration: 500, Timeout: 5 } });
  expect(config('circuit-breaker')).toMatchObject({ minimumThroughput: 100, breakDuration: 5_000 });
  expect(config('timeout')).toMatchObject({ timeout: 30_000 });
  expect(codes('warning').filter((code) => code === 'OCELOT_VALUE_REPLACED')).toHaveLength(3);
});

test('a route switches a global breaker off with a throughput of 0, and keeps the timeout', () => {
  const global = { QoSOptions: { MinimumThroughput: 5, Timeout: 1000 } };
  const { config } = importRoute({ QoSOptions: { MinimumThroughput: 0 } }, undefined, global);
  expect(config('circuit-breaker')).toBeUndefined();
  expect(config('timeout')).toMatchObject({ timeout: 1_000 });
});

test('24.0 opens at eight of ten within ten seconds, and takes two failures at least', () => {
  const options = { compat: 'ocelot-24.0' } as const;
  const { config } = importRoute({ QoSOptions: { ExceptionsAllowedBeforeBreaking: 3 } }, options);
  expect(config('circuit-breaker')).toMatchObject({
    failureRatio: 0.8,
    samplingDuration: 10_000,
    minimumThroughput: 3,
  });
  const one = importRoute({ QoSOptions: { ExceptionsAllowedBeforeBreaking: 1 } }, options);
  expect(one.codes()).toContain('OCELOT_QOS_INERT');
  expect(one.config('circuit-breaker')).toBeUndefined();
});

test('24.0 does not use global options for routes, and the import says so', () => {
  const { config, codes } = importRoute({}, { compat: 'ocelot-24.0' }, { QoSOptions: { MinimumThroughput: 5 } });
  expect(config('circuit-breaker')).toBeUndefined();
  expect(codes('warning')).toContain('OCELOT_GLOBAL_UNUSED');
});

test.each([
  [{ Timeout: 5 }, {}, 5_000, 'the route’s own'],
  [{}, { Timeout: 7 }, 7_000, 'else the global one'],
  [{}, {}, 90_000, 'else 90 s'],
  [{ Timeout: 0 }, {}, 90_000, 'nothing below a second'],
  [{ Timeout: 2, QoSOptions: { Timeout: 3000 } }, {}, 6_000, 'never before that of QoSOptions is twice over'],
])('the timeout of %j under %j is %i ms: %s', (given, global, ms, _why) => {
  expect(importRoute(given, undefined, global).route.timeoutMs).toBe(ms);
});
