import { defineGatewayPolicy, type PolicyIdentity } from '@backplane/sdk';
import { memorySharedState, type PolicyTrial, remoteSharedState, testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { rateLimit } from './rate-limit.ts';

/** The policy with somebody signed in before it counts. */
const signedIn = (identity: (user: string) => Partial<PolicyIdentity>) =>
  defineGatewayPolicy({
    ...rateLimit,
    async create(context) {
      const hooks = await rateLimit.create(context);
      return {
        ...hooks,
        authorize(exchange) {
          const user = exchange.request.headers.get('x-user');
          if (user) exchange.identity = { subject: user, scheme: 'test', scopes: [], claims: {}, ...identity(user) };
          return hooks.authorize(exchange);
        },
      };
    },
  });

const statuses = async (trial: PolicyTrial, count: number, request = {}) => {
  const all: number[] = [];
  for (let left = count; left > 0; left--) all.push((await trial.send(request)).status);
  return all;
};

test('the request over the limit is refused with 429, a code and the time to wait', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 2, period: '1m' });
  expect(await statuses(trial, 2)).toEqual([200, 200]);
  trial.clock.advance(15_000);
  const refused = await trial.send();
  expect(refused.status).toBe(429);
  expect(refused.headers).toMatchObject({ 'retry-after': '45', 'content-type': 'application/problem+json' });
  expect(JSON.parse(refused.body)).toMatchObject({
    code: 'GATEWAY_RATE_LIMITED',
    status: 429,
    correlationId: 'request-3',
  });
});

test('every answer says what is left, the refusal too', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m' });
  const names = { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' };
  const draft = { ratelimit: '"default";r=0;t=60', 'ratelimit-policy': '"default";q=1;w=60' };
  expect((await trial.send()).headers).toMatchObject({ ...names, ...draft });
  expect(await trial.send()).toMatchObject({ status: 429, headers: { ...names, ...draft } });
});

test('of two limits the one with least left speaks in X-RateLimit', async () => {
  const upstream = () => ({ headers: { 'x-ratelimit-remaining': '3', 'x-ratelimit-limit': '9' } });
  await using trial = await tryPolicy(rateLimit, { limit: 100, period: '1m' }, { upstream });
  expect((await trial.send()).headers).toMatchObject({ 'x-ratelimit-remaining': '3', 'x-ratelimit-limit': '9' });
});

test('headers can be left out', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m', headers: 'none' });
  expect(Object.keys((await trial.send()).headers)).toEqual(['content-type']);
});

test('addresses are counted apart', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m' });
  expect(await statuses(trial, 2, { clientAddress: '192.0.2.1' })).toEqual([200, 429]);
  expect(await statuses(trial, 1, { clientAddress: '192.0.2.2' })).toEqual([200]);
});

test('a combination counts each combination apart, and a missing part counts by address', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m', by: ['header:x-tenant', 'cookie:s'] });
  const of = (tenant: string, s: string) => ({ headers: { 'x-tenant': tenant, cookie: `s=${s}` } });
  expect(await statuses(trial, 2, of('a', '1'))).toEqual([200, 429]);
  expect(await statuses(trial, 2, of('a', '2'))).toEqual([200, 429]);
  expect(await statuses(trial, 2, { headers: { cookie: 's=1' } })).toEqual([200, 429]);
});

test('a caller cannot make its header look like two parts', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m', by: ['header:a', 'header:b'] });
  expect(await statuses(trial, 1, { headers: { a: 'x/y', b: 'z' } })).toEqual([200]);
  expect(await statuses(trial, 1, { headers: { a: 'x', b: 'y/z' } })).toEqual([200]);
});

test('consumers are counted by identity, after it is known', async () => {
  const policy = signedIn(() => ({}));
  await using trial = await tryPolicy(policy, { limit: 1, period: '1m', by: ['consumer'] });
  expect(await statuses(trial, 2, { headers: { 'x-user': 'ada' } })).toEqual([200, 429]);
  expect(await statuses(trial, 1, { headers: { 'x-user': 'bob' } })).toEqual([200]);
});

test('tiers give other limits to some: by claim, by consumer, without end', async () => {
  const policy = signedIn((user) => ({ claims: { plan: user === 'ada' ? ['gold', 'new'] : 'none' } }));
  await using trial = await tryPolicy(policy, {
    limit: 1,
    period: '1m',
    by: ['subject'],
    tiers: [
      { name: 'gold', claim: { name: 'plan', value: 'gold' }, limit: 3 },
      { name: 'staff', consumers: ['eve'], unlimited: true },
    ],
  });
  expect(await statuses(trial, 4, { headers: { 'x-user': 'ada' } })).toEqual([200, 200, 200, 429]);
  expect(await statuses(trial, 2, { headers: { 'x-user': 'bob' } })).toEqual([200, 429]);
  expect(await statuses(trial, 5, { headers: { 'x-user': 'eve' } })).toEqual([200, 200, 200, 200, 200]);
});

test('requests cost what their method or header says', async () => {
  const cost = { methods: { POST: 4, OPTIONS: 0 }, header: 'x-cost' };
  await using trial = await tryPolicy(rateLimit, { limit: 5, period: '1m', cost });
  expect((await trial.send({ method: 'POST' })).headers['x-ratelimit-remaining']).toBe('1');
  expect(await statuses(trial, 2, { method: 'OPTIONS' })).toEqual([200, 200]);
  expect(await statuses(trial, 1, { headers: { 'x-cost': '-5' } })).toEqual([200]);
  expect(await statuses(trial, 1, { headers: { 'x-cost': '1' } })).toEqual([429]);
});

test('a dry run refuses nobody, but says whom it would', async () => {
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m', dryRun: true });
  expect(await statuses(trial, 3)).toEqual([200, 200, 200]);
  expect(trial.meters.values.get('gateway_rate_limited_total{route="route"}')).toBe(2);
  expect(trial.logs.filter(({ message }) => message === 'rate-limit would refuse')).toHaveLength(2);
});

test('uses of one group count together, over workers', async () => {
  const clock = testClock();
  const shared = remoteSharedState(memorySharedState(clock));
  const config = { limit: 2, period: '1m', group: 'partners' };
  await using one = await tryPolicy(rateLimit, config, { shared, clock });
  await using other = await tryPolicy(rateLimit, config, { shared, clock });
  expect([...(await statuses(one, 1)), ...(await statuses(other, 2))]).toEqual([200, 200, 429]);
});

test.each([
  ['refuse', 500],
  ['allow', 200],
] as const)('while its store does not answer it can %s', async (whenStoreFails, status) => {
  const shared = { ...memorySharedState(testClock()), add: () => Promise.reject(new Error('down')) };
  await using trial = await tryPolicy(rateLimit, { limit: 1, period: '1m', whenStoreFails }, { shared });
  expect((await trial.send()).status).toBe(status);
});

test.each([
  [{ limit: 0, period: '1m' }, 'limit'],
  [{ limit: 1, period: '0s' }, 'period'],
  [{ limit: 1, period: 'soon' }, 'period'],
  [{ limit: 1, period: 'month' }, 'algorithm: quota'],
  [{ limit: 1, period: '1m', algorithm: 'quota' }, 'a day, a week or a month'],
  [{ limit: 1, period: '1m', burst: 5 }, 'only a token bucket'],
  [{ limit: 1, period: '1m', by: ['shoe size'] }, 'by.0'],
  [{ limit: 1, period: 'day', algorithm: 'quota', timeZone: 'Mars/Base' }, 'no time zone'],
  [{ limit: 1, period: '1m', tiers: [{ name: 'a', limit: 1 }] }, 'claim'],
  [{ limit: 1, period: '1m', tires: [] }, 'tires'],
  [{ mode: 'ocelot', limit: 1, period: 'abc' }, 'period'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(rateLimit, config)).rejects.toThrow(reason);
});
