import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';

test('a limit is written for the mode of Ocelot, with its defaults since 24.1', () => {
  const { config } = importRoute({ RateLimitOptions: { Limit: 3, Period: '1s', Wait: '2s' } });
  expect(config('rate-limit')).toEqual({
    mode: 'ocelot',
    version: '25.0',
    limit: 3,
    period: '1s',
    wait: '2s',
    clientIdHeader: 'Oc-Client',
    clientWhitelist: [],
    statusCode: 429,
    enableHeaders: true,
  });
});

test('whoever lacks the client’s header gets 503 since 24.1, and the import warns of it', () => {
  const { finding } = importRoute({ RateLimitOptions: { Limit: 3, ClientIdHeader: 'X-Client-Id' } });
  expect(finding('OCELOT_CLIENT_HEADER_NEEDED')?.message).toContain('X-Client-Id');
});

test('in 24.0 a limit has to be enabled, and the manner of refusing comes from the global part', () => {
  const global = {
    RateLimitOptions: {
      ClientIdHeader: 'X-Client-Id',
      QuotaExceededMessage: 'Enough',
      HttpStatusCode: 418,
      DisableRateLimitHeaders: true,
    },
  };
  const limit = { Limit: 100, Period: '1m', PeriodTimespan: 60 };
  const off = importRoute({ RateLimitOptions: limit }, { compat: 'ocelot-24.0' }, global);
  expect(off.config('rate-limit')).toBeUndefined();
  const on = importRoute({ RateLimitOptions: { ...limit, EnableRateLimiting: true } }, {}, global);
  expect(on.compat).toBe('ocelot-24.0');
  expect(on.config('rate-limit')).toMatchObject({
    version: '24.0',
    wait: '60s',
    clientIdHeader: 'X-Client-Id',
    quotaMessage: 'Enough',
    statusCode: 418,
    enableHeaders: false,
  });
  expect(on.codes()).not.toContain('OCELOT_CLIENT_HEADER_NEEDED');
});

test('a global limit holds for the routes of its group, and the route’s own values win', () => {
  const global = { RateLimitOptions: { RouteKeys: ['a'], Limit: 5, Period: '1m', StatusCode: 420 } };
  const inside = importRoute({ Key: 'a', RateLimitOptions: { Limit: 9 } }, undefined, global);
  expect(inside.config('rate-limit')).toMatchObject({ limit: 9, period: '1m', statusCode: 420 });
  expect(importRoute({ Key: 'b' }, undefined, global).config('rate-limit')).toBeUndefined();
  expect(importRoute({ Key: 'a' }, undefined, global).config('rate-limit')).toMatchObject({ limit: 5 });
});

test('a route can opt out of a global limit', () => {
  const global = { RateLimitOptions: { Limit: 5 } };
  const { config } = importRoute({ RateLimitOptions: { EnableRateLimiting: false } }, undefined, global);
  expect(config('rate-limit')).toBeUndefined();
});

test.each([
  { Limit: 0 },
  { Period: '1m' },
  { Limit: 5, Period: 'soon' },
  { Limit: 5, Period: '3 weeks' },
  { Limit: 5, Wait: 'later' },
  { Limit: 5, StatusCode: 42 },
])('%j is no rate limit', (options) => {
  const { finding, config } = importRoute({ RateLimitOptions: options });
  expect(finding('OCELOT_RATE_LIMIT_INVALID')?.severity).toBe('error');
  expect(config('rate-limit')).toBeUndefined();
});
