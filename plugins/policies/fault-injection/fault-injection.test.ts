import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { faultInjection } from './fault-injection.ts';

test('a request is answered with the fault, and the upstream never sees it', async () => {
  await using trial = await tryPolicy(faultInjection, { abort: { status: 418 } });
  const answer = await trial.send();
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([418, 'GATEWAY_FAULT_INJECTED']);
  expect(trial.sent).toEqual([]);
});

test('a request is held back and then goes on', async () => {
  await using trial = await tryPolicy(faultInjection, { delay: { for: '20ms' } });
  const started = performance.now();
  expect((await trial.send()).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThanOrEqual(19);
});

test('who leaves is not held back', async () => {
  await using trial = await tryPolicy(faultInjection, { delay: { for: '1h' } });
  const leaving = new AbortController();
  const sent = trial.send({ signal: leaving.signal });
  setImmediate(() => leaving.abort());
  await sent;
});

test('about the share that is asked for is hit', async () => {
  await using trial = await tryPolicy(faultInjection, { abort: { percent: 50 } });
  let hit = 0;
  for (let sent = 0; sent < 1_000; sent++) hit += (await trial.send()).status === 503 ? 1 : 0;
  // Six standard deviations.
  expect(Math.abs(hit - 500)).toBeLessThan(95);
});

test('with a condition only requests with that header are hit', async () => {
  await using trial = await tryPolicy(faultInjection, { abort: {}, when: { header: 'x-chaos', value: 'yes' } });
  const statuses: number[] = [];
  const sent: Record<string, string>[] = [{}, { 'x-chaos': 'no' }, { 'X-Chaos': 'yes' }];
  for (const headers of sent) statuses.push((await trial.send({ headers })).status);
  expect(statuses).toEqual([200, 200, 503]);
});

test.each([
  [{}, 'name `delay`'],
  [{ abort: { percent: 0 } }, 'percent'],
  [{ abort: { status: 600 } }, 'status'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(faultInjection, config)).rejects.toThrow(reason);
});
