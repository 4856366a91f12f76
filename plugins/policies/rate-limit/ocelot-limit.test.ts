import { memorySharedState, testClock, tryPolicy } from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { rateLimit } from './rate-limit.ts';

const ada = { headers: { 'Oc-Client': 'ada' } };

describe('as Ocelot 24.1 and later', () => {
  test('accepted requests say the limit, what is left and when the period ends; the refused one says when to come again', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1, period: '2s' });
    expect((await trial.send(ada)).headers).toMatchObject({
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '2026-01-01T00:00:02.0000000Z',
    });
    trial.clock.advance(750);
    const refused = await trial.send(ada);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1.25' } });
    expect(Object.keys(refused.headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  });

  test('without a wait the period decides when a client is free again', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1, period: '1s' });
    const seen: number[] = [];
    for (const ms of [0, 500, 500, 1]) {
      trial.clock.advance(ms);
      seen.push((await trial.send(ada)).status);
    }
    expect(seen).toEqual([200, 429, 429, 200]);
  });

  test('a wait shorter than the period frees a client early', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1, period: '10s', wait: '1s' });
    expect([(await trial.send(ada)).status, (await trial.send(ada)).status]).toEqual([200, 429]);
    trial.clock.advance(1_001);
    expect((await trial.send(ada)).status).toBe(200);
  });

  test('a wait longer than the period goes on after it, and refused requests do not make it longer', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1, period: '1s', wait: '3s' });
    const seen: [number, string | undefined][] = [];
    for (const ms of [0, 0, 2_000, 500, 501]) {
      trial.clock.advance(ms);
      const { status, headers } = await trial.send(ada);
      seen.push([status, headers['retry-after']]);
    }
    expect(seen).toEqual([
      [200, undefined],
      [429, '3'],
      [429, '1'],
      [429, '0.5'],
      [200, undefined],
    ]);
  });

  test('who does not say which client it is gets 503 and -1', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1 });
    const answer = await trial.send();
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '-1' } });
    expect(answer.body).toContain('Oc-Client');
  });

  test('clients of the whitelist pass without a word', async () => {
    await using trial = await tryPolicy(rateLimit, { mode: 'ocelot', limit: 1, clientWhitelist: ['ada'] });
    await trial.send(ada);
    const { status, headers } = await trial.send(ada);
    expect([status, Object.keys(headers)]).toEqual([200, ['content-type']]);
  });

  test('status, message and header are the administrator’s', async () => {
    await using trial = await tryPolicy(rateLimit, {
      mode: 'ocelot',
      limit: 1,
      period: '1m',
      clientIdHeader: 'X-Client-Id',
      statusCode: 418,
      quotaMessage: 'only {0} in {1}',
      enableHeaders: false,
    });
    const request = { headers: { 'x-client-id': 'ada' } };
    expect((await trial.send(request)).headers['x-ratelimit-limit']).toBeUndefined();
    const { status, body, headers } = await trial.send(request);
    expect([status, body, headers['retry-after']]).toEqual([418, 'only 1 in 1m', undefined]);
  });

  test('clients and routes are counted apart, methods and paths of a route together', async () => {
    const clock = testClock();
    const shared = memorySharedState(clock);
    const config = { mode: 'ocelot', limit: 1, period: '1m' };
    await using trial = await tryPolicy(rateLimit, config, { shared, clock });
    await using other = await tryPolicy(rateLimit, config, { shared, clock, route: { id: 'other' } });
    expect((await trial.send({ ...ada, url: '/a' })).status).toBe(200);
    expect((await trial.send({ ...ada, url: '/b', method: 'POST' })).status).toBe(429);
    expect((await trial.send({ headers: { 'Oc-Client': 'bob' } })).status).toBe(200);
    expect((await other.send(ada)).status).toBe(200);
  });
});

describe('as Ocelot 24.0', () => {
  const old = { mode: 'ocelot', version: '24.0', limit: 1, period: '1m' };

  test('all who name no client share one', async () => {
    await using trial = await tryPolicy(rateLimit, old);
    const seen = [await trial.send({ clientAddress: '192.0.2.1' }), await trial.send({ clientAddress: '192.0.2.2' })];
    expect(seen.map(({ status }) => status)).toEqual([200, 429]);
  });

  test('the headers have other names, the limit is the period, and the wait is at least a second', async () => {
    await using trial = await tryPolicy(rateLimit, { ...old, period: '100ms' });
    expect((await trial.send()).headers).toMatchObject({
      'x-rate-limit-limit': '100ms',
      'x-rate-limit-remaining': '0',
    });
    expect((await trial.send()).headers['retry-after']).toBe('1');
  });

  test('methods and paths are counted apart', async () => {
    await using trial = await tryPolicy(rateLimit, old);
    const seen = [{ url: '/a' }, { url: '/b' }, { url: '/a', method: 'POST' }, { url: '/a' }];
    const statuses: number[] = [];
    for (const request of seen) statuses.push((await trial.send(request)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});
