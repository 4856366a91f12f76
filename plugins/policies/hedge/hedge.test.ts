import { tryPolicy, type UpstreamAnswer, type UpstreamRequest } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { hedge } from './hedge.ts';
import { latencyQuantile } from './latency.ts';

const later = (ms: number, answer: UpstreamAnswer = {}) =>
  new Promise<UpstreamAnswer>((resolve) => setTimeout(resolve, ms, answer));
const never = () => new Promise<never>(() => {});

test('when the first answer is late a second request is sent, and the faster one wins', async () => {
  const upstream = ({ attempt }: UpstreamRequest) => (attempt === 1 ? never() : { body: 'second' });
  await using trial = await tryPolicy(hedge, { after: '5ms' }, { upstream });
  expect((await trial.send()).body).toBe('second');
  expect(trial.meters.values.get('gateway_hedges_total{route="route",won="second"}')).toBe(1);
});

test('the loser is ended, the winner is not', async () => {
  const upstream = ({ attempt }: UpstreamRequest) => (attempt === 1 ? never() : {});
  await using trial = await tryPolicy(hedge, { after: '5ms' }, { upstream });
  await trial.send();
  expect(trial.sent.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

test('an answer in time is not asked for twice', async () => {
  await using trial = await tryPolicy(hedge, { after: '1s' });
  await trial.send();
  expect(trial.sent).toHaveLength(1);
});

test('a bad answer waits for the other one', async () => {
  const upstream = ({ attempt }: UpstreamRequest) => (attempt === 1 ? later(20, { body: 'good' }) : { status: 503 });
  await using trial = await tryPolicy(hedge, { after: '5ms' }, { upstream });
  expect(await trial.send()).toMatchObject({ status: 200, body: 'good' });
});

test('where none is good a bad answer is better than none', async () => {
  const upstream = async ({ attempt }: UpstreamRequest) => {
    if (attempt === 1) return later(20, { status: 503 });
    throw new Error('refused');
  };
  await using trial = await tryPolicy(hedge, { after: '5ms' }, { upstream });
  expect((await trial.send()).status).toBe(503);
});

test('where nobody answers the error is the caller’s', async () => {
  const upstream = () => {
    throw new Error('refused');
  };
  await using trial = await tryPolicy(hedge, { after: '5ms' }, { upstream });
  expect((await trial.send()).body).toContain('refused');
  expect(trial.sent).toHaveLength(1);
});

test('a POST is never sent twice', async () => {
  await using trial = await tryPolicy(hedge, { after: '1ms' }, { upstream: () => later(15) });
  await trial.send({ method: 'POST' });
  expect(trial.sent).toHaveLength(1);
});

test('of many late requests only a share is sent twice', async () => {
  await using trial = await tryPolicy(hedge, { after: '5ms', budget: 10 }, { upstream: () => later(40) });
  await Promise.all(Array.from({ length: 30 }, () => trial.send()));
  expect(trial.sent.length).toBe(33);
});

test('by p95 nothing is sent twice before it is known how long requests take', async () => {
  await using trial = await tryPolicy(hedge, {}, { upstream: () => later(15) });
  await trial.send();
  expect(trial.sent).toHaveLength(1);
});

test('by p95 a request that takes longer than nearly all before it is sent twice', async () => {
  let isSlow = false;
  const upstream = ({ attempt }: UpstreamRequest) => (isSlow && attempt === 1 ? never() : {});
  await using trial = await tryPolicy(hedge, { atLeast: '1ms' }, { upstream });
  for (let sent = 0; sent < 32; sent++) await trial.send();
  isSlow = true;
  expect((await trial.send()).status).toBe(200);
  expect(trial.sent).toHaveLength(34);
});

test('the quantile is of the last requests', () => {
  const latency = latencyQuantile(0.95);
  for (let ms = 1; ms <= 256; ms++) latency.note(1_000);
  for (let ms = 1; ms <= 256; ms++) latency.note(ms <= 128 ? 1 : 2);
  expect(latency.value).toBe(2);
});

test.each([
  [{ after: 'p99' }, 'after'],
  [{ budget: 0 }, 'budget'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(hedge, config)).rejects.toThrow(reason);
});
