import { defineErrors } from '@backplane/sdk';
import { tryPolicy, type UpstreamAnswer, type UpstreamRequest } from '@backplane/sdk/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff, retryAfterMs } from './pause.ts';
import { retry } from './retry.ts';
import { retryBudget } from './retry-budget.ts';

const raise = defineErrors({
  TEST_UNREACHABLE: { status: 502, blame: 'upstream', retry: 'later', message: () => 'refused', remedy: 'wait' },
  TEST_FORBIDDEN: { status: 502, blame: 'config', retry: 'never', message: () => 'not allowed', remedy: 'allow it' },
});
const quick = { backoff: { base: 1, max: 2 } };

/** Answers one after the other; an error is thrown. */
const script =
  (...answers: (UpstreamAnswer | Error)[]) =>
  () => {
    const answer = answers.shift() ?? { status: 200 };
    if (answer instanceof Error) throw answer;
    return answer;
  };

test('what failed is sent again until it succeeds', async () => {
  await using trial = await tryPolicy(retry, quick, {
    upstream: script({ status: 503 }, raise.TEST_UNREACHABLE(undefined as never)),
  });
  expect((await trial.send()).status).toBe(200);
  expect(trial.sent).toHaveLength(3);
  expect(trial.meters.values.get('gateway_retries_total{route="route"}')).toBe(2);
});

test('after the last try its answer or its error is what the caller gets', async () => {
  await using answering = await tryPolicy(
    retry,
    { ...quick, retries: 1 },
    { upstream: () => ({ status: 502, body: 'mine' }) },
  );
  expect(await answering.send()).toMatchObject({ status: 502, body: 'mine' });
  const upstream = () => {
    throw raise.TEST_UNREACHABLE(undefined as never);
  };
  await using failing = await tryPolicy(retry, { ...quick, retries: 1 }, { upstream });
  expect((await failing.send()).body).toContain('TEST_UNREACHABLE');
  expect([answering.sent.length, failing.sent.length]).toEqual([2, 2]);
});

test('other answers and errors that will not pass are not tried again', async () => {
  await using trial = await tryPolicy(retry, quick, {
    upstream: script({ status: 500 }, raise.TEST_FORBIDDEN(undefined as never)),
  });
  await trial.send();
  expect(trial.sent).toHaveLength(1);
  await trial.send();
  expect(trial.sent).toHaveLength(2);
});

test('a POST is sent once, unless the administrator says that it may be sent twice', async () => {
  await using careful = await tryPolicy(retry, quick, { upstream: script({ status: 503 }) });
  expect((await careful.send({ method: 'POST' })).status).toBe(503);
  await using told = await tryPolicy(retry, { ...quick, methods: ['post'] }, { upstream: script({ status: 503 }) });
  expect((await told.send({ method: 'POST' })).status).toBe(200);
});

test('a body is sent again when it was kept, and a larger one is sent once', async () => {
  await using trial = await tryPolicy(
    retry,
    { ...quick, maxBody: 10 },
    { upstream: script({ status: 503 }, {}, { status: 503 }) },
  );
  expect((await trial.send({ method: 'PUT', body: '0123456789' })).status).toBe(200);
  expect(trial.sent.map(({ body }) => body)).toEqual(['0123456789', '0123456789']);
  expect((await trial.send({ method: 'PUT', body: '0123456789a' })).status).toBe(503);
});

test('a body that streams past is sent once', async () => {
  await using trial = await tryPolicy(retry, quick, { upstream: script({ status: 503 }) });
  expect((await trial.send({ method: 'PUT', body: 'x'.repeat(70_000) })).status).toBe(503);
});

test('Retry-After is waited for, up to a cap', async () => {
  await using trial = await tryPolicy(retry, quick, {
    upstream: script({ status: 503, headers: { 'retry-after': '0.02' } }),
  });
  const started = performance.now();
  await trial.send();
  expect(performance.now() - started).toBeGreaterThanOrEqual(19);
  await using long = await tryPolicy(retry, quick, {
    upstream: script({ status: 503, headers: { 'retry-after': '60' } }),
  });
  expect((await long.send()).status).toBe(503);
});

test('a try that takes too long is ended and made again', async () => {
  const upstream = ({ attempt }: UpstreamRequest) => (attempt === 1 ? new Promise<never>(() => {}) : { status: 200 });
  await using trial = await tryPolicy(retry, { ...quick, perTry: '10ms' }, { upstream });
  expect((await trial.send()).status).toBe(200);
  expect(trial.sent[0]!.signal.aborted).toBe(true);
  expect(trial.sent[1]!.signal.aborted).toBe(false);
});

test('when every try takes too long the caller gets 504', async () => {
  await using trial = await tryPolicy(
    retry,
    { ...quick, perTry: '5ms', retries: 1 },
    { upstream: () => new Promise<never>(() => {}) },
  );
  expect((await trial.send()).status).toBe(504);
});

test('nothing is sent again for a caller that has left', async () => {
  const leaving = new AbortController();
  const upstream = () => {
    leaving.abort();
    return { status: 503 };
  };
  await using trial = await tryPolicy(retry, quick, { upstream });
  await trial.send({ signal: leaving.signal });
  expect(trial.sent).toHaveLength(1);
});

test('a budget of nothing sends nothing again', async () => {
  await using trial = await tryPolicy(
    retry,
    { ...quick, budget: { percent: 0, minimum: 0 } },
    { upstream: script({ status: 503 }) },
  );
  expect((await trial.send()).status).toBe(503);
});

test('retries under way are never more than their share of the requests, or the few that are always allowed', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(5), fc.array(fc.boolean()), (percent, minimum, steps) => {
      const budget = retryBudget({ percent, minimum });
      let requests = 0;
      let retries = 0;
      for (const isRequest of steps) {
        if (isRequest) {
          budget.enter();
          requests += 1;
          continue;
        }
        const allowed = retries < Math.max(minimum, Math.floor((requests * percent) / 100));
        expect(budget.spend() !== undefined).toBe(allowed);
        if (allowed) retries += 1;
      }
    }),
  );
});

test('a pause is drawn up to a bound that doubles', () => {
  const pauses = { baseMs: 100, maxMs: 350, random: () => 0.999 };
  expect([1, 2, 3, 4].map((retry) => Math.round(backoff(retry, pauses)))).toEqual([100, 200, 350, 350]);
});

test('Retry-After may be a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:03 GMT', now)).toBe(3_000);
  expect(retryAfterMs('soon', now)).toBeUndefined();
});

test.each([
  [{ retries: 0 }, 'retries'],
  [{ maxBody: 65_537 }, 'maxBody'],
  [{ statuses: [200] }, 'statuses.0'],
  [{ budget: { percent: 101 } }, 'percent'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(retry, config)).rejects.toThrow(reason);
});
