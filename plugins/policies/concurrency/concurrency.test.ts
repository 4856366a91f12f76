import {
  memorySharedState,
  type PolicyTrialOptions,
  remoteSharedState,
  testClock,
  tryPolicy,
} from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { concurrency } from './concurrency.ts';

/** An upstream that answers when it is told to. */
function slowUpstream() {
  const waiting: (() => void)[] = [];
  const upstream: PolicyTrialOptions['upstream'] = () =>
    new Promise((resolve) => waiting.push(() => resolve({ status: 200 })));
  const arrived = async (count: number) => {
    while (waiting.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { upstream, waiting, arrived, release: () => waiting.shift()!() };
}

describe.each(['worker', 'shared'] as const)('counted by %s', (scope) => {
  test('the request over the limit is refused, and there is room again when one has ended', async () => {
    const { upstream, arrived, release } = slowUpstream();
    await using trial = await tryPolicy(concurrency, { limit: 2, scope }, { upstream });
    const first = [trial.send(), trial.send()];
    await arrived(2);
    const refused = await trial.send();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(refused.body).code).toBe('GATEWAY_TOO_MANY_AT_ONCE');
    release();
    await Promise.race(first);
    const third = trial.send();
    await arrived(2);
    release();
    release();
    expect((await third).status).toBe(200);
  });

  test('an upstream that fails gives its place back', async () => {
    const upstream = () => {
      throw new Error('down');
    };
    await using trial = await tryPolicy(concurrency, { limit: 1, scope }, { upstream });
    expect([(await trial.send()).status, (await trial.send()).status]).toEqual([500, 500]);
  });

  test('keys are counted apart', async () => {
    const { upstream, arrived, release } = slowUpstream();
    await using trial = await tryPolicy(concurrency, { limit: 1, scope, by: ['address'], status: 429 }, { upstream });
    const one = trial.send({ clientAddress: '192.0.2.1' });
    const other = trial.send({ clientAddress: '192.0.2.2' });
    await arrived(2);
    expect((await trial.send({ clientAddress: '192.0.2.1' })).status).toBe(429);
    release();
    release();
    await Promise.all([one, other]);
  });
});

test('who waits in the queue comes in when a place is free', async () => {
  const { upstream, arrived, release } = slowUpstream();
  await using trial = await tryPolicy(concurrency, { limit: 1, queue: { size: 1, wait: '5s' } }, { upstream });
  const first = trial.send();
  await arrived(1);
  const second = trial.send();
  expect((await trial.send()).status).toBe(503);
  release();
  await arrived(1);
  release();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
});

test('who waits too long is refused, and its place in the queue is free', async () => {
  const { upstream, arrived, release } = slowUpstream();
  await using trial = await tryPolicy(concurrency, { limit: 1, queue: { size: 1, wait: '10ms' } }, { upstream });
  const first = trial.send();
  await arrived(1);
  expect((await trial.send()).status).toBe(503);
  expect((await trial.send()).status).toBe(503);
  release();
  expect((await first).status).toBe(200);
});

test('who leaves while it waits makes room for others', async () => {
  const { upstream, arrived, release } = slowUpstream();
  await using trial = await tryPolicy(concurrency, { limit: 1, queue: { size: 1, wait: '5s' } }, { upstream });
  const leaving = new AbortController();
  const first = trial.send();
  await arrived(1);
  const gone = trial.send({ signal: leaving.signal });
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await gone;
  const next = trial.send();
  release();
  await arrived(1);
  release();
  expect([(await first).status, (await next).status]).toEqual([200, 200]);
});

test('workers that share never let in more than the limit', async () => {
  const clock = testClock();
  const shared = remoteSharedState(memorySharedState(clock));
  const { upstream, waiting, arrived } = slowUpstream();
  const make = () => tryPolicy(concurrency, { limit: 3, scope: 'shared' }, { shared, clock, upstream });
  await using one = await make();
  await using other = await make();
  const sent = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? one : other).send());
  await arrived(3);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(waiting).toHaveLength(3);
  for (const release of waiting) release();
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
});

test('a place whose worker died is free when its lease ends', async () => {
  const clock = testClock();
  const shared = memorySharedState(clock);
  const config = { limit: 1, scope: 'shared', lease: '1m' };
  const { upstream, arrived } = slowUpstream();
  await using dying = await tryPolicy(concurrency, config, { shared, clock, upstream });
  await using other = await tryPolicy(concurrency, config, { shared, clock });
  void dying.send();
  await arrived(1);
  expect((await other.send()).status).toBe(503);
  clock.advance(60_000);
  expect((await other.send()).status).toBe(200);
});

test.each([
  [{ limit: 0 }, 'limit'],
  [{ limit: 501, scope: 'shared' }, 'at most 500'],
  [{ limit: 1, scope: 'shared', queue: { size: 1 } }, 'only places of a worker'],
  [{ limit: 1, by: ['moon'] }, 'by.0'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(concurrency, config)).rejects.toThrow(reason);
});
