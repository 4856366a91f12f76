import { memorySharedState, type PolicyTrial, testClock, tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { describe, expect, test } from 'vitest';
import { circuitBreaker } from './circuit-breaker.ts';

const statuses = async (trial: PolicyTrial, count: number) => {
  const all: number[] = [];
  for (let left = count; left > 0; left--) all.push((await trial.send()).status);
  return all;
};

test('after so many failures in a row the upstream is left alone', async () => {
  const upstream = () => ({ status: 500 });
  await using trial = await tryPolicy(circuitBreaker, { failures: 3, breakFor: '5s' }, { upstream });
  expect(await statuses(trial, 5)).toEqual([500, 500, 500, 503, 503]);
  expect(trial.sent).toHaveLength(3);
  const refused = await trial.send();
  expect(refused.headers['retry-after']).toBe('5');
  expect(JSON.parse(refused.body)).toMatchObject({ code: 'GATEWAY_CIRCUIT_OPEN' });
});

test('an upstream that does not answer fails too', async () => {
  const upstream = () => {
    throw new Error('refused');
  };
  await using trial = await tryPolicy(circuitBreaker, { failures: 1 }, { upstream });
  expect(await statuses(trial, 2)).toEqual([500, 503]);
});

test('one success in between forgives what was before', async () => {
  const answers = [500, 500, 404, 500, 500];
  await using trial = await tryPolicy(
    circuitBreaker,
    { failures: 3 },
    { upstream: () => ({ status: answers.shift()! }) },
  );
  expect(await statuses(trial, 5)).toEqual([500, 500, 404, 500, 500]);
});

test('after the break one request decides: a failure opens it again, a success closes it', async () => {
  const answers = [500, 500, 200, 200];
  await using trial = await tryPolicy(
    circuitBreaker,
    { failures: 1, breakFor: '5s' },
    { upstream: () => ({ status: answers.shift()! }) },
  );
  expect(await statuses(trial, 2)).toEqual([500, 503]);
  trial.clock.advance(5_000);
  expect(await statuses(trial, 2)).toEqual([500, 503]);
  trial.clock.advance(5_000);
  expect(await statuses(trial, 2)).toEqual([200, 200]);
});

test('a caller that leaves while its request tries makes room for the next', async () => {
  const answers: (UpstreamAnswer | 'leave')[] = [{ status: 500 }, 'leave', { status: 200 }];
  const leaving = new AbortController();
  const upstream = () => {
    const answer = answers.shift()!;
    if (answer !== 'leave') return answer;
    leaving.abort();
    throw new DOMException('gone', 'AbortError');
  };
  await using trial = await tryPolicy(circuitBreaker, { failures: 1, breakFor: '5s' }, { upstream });
  await trial.send();
  trial.clock.advance(5_000);
  await trial.send({ signal: leaving.signal });
  expect((await trial.send()).status).toBe(200);
});

test('by ratio it waits for enough requests', async () => {
  let sent = 0;
  const upstream = () => ({ status: sent++ % 2 === 0 ? 200 : 500 });
  await using trial = await tryPolicy(circuitBreaker, { ratio: 0.5, minimum: 6, window: '10s' }, { upstream });
  expect(await statuses(trial, 7)).toEqual([200, 500, 200, 500, 200, 500, 503]);
});

test('per target, the others go on answering', async () => {
  const target = (id: string) => ({ id, origin: `http://${id}`, weight: 1, metadata: {} });
  await using trial = await tryPolicy(
    circuitBreaker,
    { failures: 1, per: 'target', breakFor: '1h' },
    {
      targets: [target('a'), target('b')],
      upstream: (request) => ({ status: request.target!.id === 'a' ? 500 : 200 }),
    },
  );
  const seen = await statuses(trial, 60);
  expect(seen.filter((status) => status === 500)).toHaveLength(1);
  expect(seen.filter((status) => status === 200)).toHaveLength(59);
});

test('workers share it, and so do all uses of one group', async () => {
  const clock = testClock();
  const options = { clock, shared: memorySharedState(clock), upstream: () => ({ status: 502 }) };
  await using one = await tryPolicy(circuitBreaker, { failures: 2, group: 'orders' }, options);
  await using other = await tryPolicy(circuitBreaker, { failures: 2, group: 'orders' }, options);
  expect([...(await statuses(one, 1)), ...(await statuses(other, 2)), ...(await statuses(one, 1))]).toEqual([
    502, 502, 503, 503,
  ]);
});

test('while its shared state does not answer it lets everything pass', async () => {
  const shared = { ...memorySharedState(testClock()), get: () => Promise.reject(new Error('down')) };
  await using trial = await tryPolicy(circuitBreaker, { failures: 1 }, { shared, upstream: () => ({ status: 500 }) });
  expect(await statuses(trial, 3)).toEqual([500, 500, 500]);
});

describe('as Ocelot', () => {
  test('the open one answers 503 in plain text that names the route', async () => {
    const config = { mode: 'ocelot', minimumThroughput: 2, breakDuration: 1_000 };
    await using trial = await tryPolicy(circuitBreaker, config, {
      upstream: () => ({ status: 508 }),
      route: { id: 'orders' },
    });
    expect(await statuses(trial, 2)).toEqual([508, 508]);
    const { status, body, headers } = await trial.send();
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([
      503,
      'text/plain; charset=utf-8',
      undefined,
    ]);
    expect(body).toBe('Circuit breaker is open for route -> orders');
  });

  test('a break of half a second or less becomes five, and a throughput below 2 becomes 100', async () => {
    const config = { mode: 'ocelot', minimumThroughput: 1, breakDuration: 500 };
    await using trial = await tryPolicy(circuitBreaker, config, { upstream: () => ({ status: 500 }) });
    expect((await statuses(trial, 101)).indexOf(503)).toBe(100);
    trial.clock.advance(4_999);
    expect(await statuses(trial, 1)).toEqual([503]);
    trial.clock.advance(1);
    expect(await statuses(trial, 1)).toEqual([500]);
  });

  test('a ratio out of range becomes a half', async () => {
    let sent = 0;
    const upstream = () => ({ status: sent++ % 2 === 0 ? 200 : 500 });
    await using trial = await tryPolicy(
      circuitBreaker,
      { mode: 'ocelot', minimumThroughput: 4, failureRatio: 7 },
      { upstream },
    );
    expect(await statuses(trial, 5)).toEqual([200, 500, 200, 500, 503]);
  });

  test('a throughput of 0 switches it off', async () => {
    await using trial = await tryPolicy(
      circuitBreaker,
      { mode: 'ocelot', minimumThroughput: 0 },
      { upstream: () => ({ status: 500 }) },
    );
    expect(new Set(await statuses(trial, 150))).toEqual(new Set([500]));
  });
});

test.each([
  [{ failures: 0 }, 'failures'],
  [{ ratio: 1.5 }, 'ratio'],
  [{ breakFor: '0s' }, 'breakFor'],
  [{ statuses: [200] }, 'statuses.0'],
  [{ per: 'host' }, 'per'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(circuitBreaker, config)).rejects.toThrow(reason);
});
