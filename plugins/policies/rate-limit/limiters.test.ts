import { type SharedState, sharedUpdates } from '@backplane/sdk';
import { memorySharedState, remoteSharedState, type TestClock, testClock } from '@backplane/sdk/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedWindow } from './fixed-window.ts';
import type { Limiter, Verdict } from './limiter.ts';
import { quota } from './quota.ts';
import { slidingWindow } from './sliding-window.ts';
import { tokenBucket } from './token-bucket.ts';

const PERIOD = 1_000;
type Make = (limit: number, shared: SharedState, clock: TestClock) => Limiter;
const makers: Record<'fixed window' | 'sliding window' | 'token bucket', Make> = {
  'fixed window': (limit, shared) => fixedWindow({ shared, limit, periodMs: PERIOD }),
  'sliding window': (limit, shared, { now }) => slidingWindow({ shared, limit, periodMs: PERIOD, now }),
  'token bucket': (limit, shared, { now }) =>
    tokenBucket({ update: sharedUpdates(shared), limit, periodMs: PERIOD, burst: limit, now }),
};

/** The same rules, written down once more as plainly as possible: all requests in, allowed or not out. */
const models: Record<keyof typeof makers, (limit: number) => (time: number, cost: number) => boolean> = {
  'fixed window'(limit) {
    let start = Number.NEGATIVE_INFINITY;
    let used = 0;
    return (time, cost) => {
      if (time >= start + PERIOD) [start, used] = [time, 0];
      used += cost;
      return used <= limit;
    };
  },
  'sliding window'(limit) {
    const allowed: { window: number; cost: number }[] = [];
    const sum = (window: number) => allowed.reduce((all, one) => all + (one.window === window ? one.cost : 0), 0);
    return (time, cost) => {
      const window = Math.floor(time / PERIOD);
      const share = 1 - (time % PERIOD) / PERIOD;
      if (sum(window) + cost + sum(window - 1) * share > limit) return false;
      allowed.push({ window, cost });
      return true;
    };
  },
  'token bucket'(limit) {
    let tokens = limit;
    let last = 0;
    return (time, cost) => {
      tokens = Math.min(limit, tokens + ((time - last) * limit) / PERIOD);
      last = time;
      if (tokens + 1e-6 < cost) return false;
      tokens -= cost;
      return true;
    };
  },
};

const requests = fc.array(fc.record({ after: fc.nat(700), cost: fc.integer({ min: 1, max: 3 }) }), { maxLength: 60 });

describe.each(Object.keys(makers) as (keyof typeof makers)[])('%s', (name) => {
  test('it decides as its plain model does', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 8 }), (sequence, limit) => {
        const clock = testClock(PERIOD * 1_000);
        const limiter = makers[name](limit, memorySharedState(clock), clock);
        const model = models[name](limit);
        for (const { after, cost } of sequence) {
          clock.advance(after);
          const expected = model(clock.now(), cost);
          expect((limiter.take('key', cost) as Verdict).isAllowed).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('two workers that race for the same key let through no more than one would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 5, maxLength: 200 }),
        fc.integer({ min: 1, max: 6 }),
        async (order, limit) => {
          const clock = testClock(PERIOD * 1_000);
          let at = 0;
          const state = remoteSharedState(memorySharedState(clock), () => order[at++ % order.length]!);
          const workers = [makers[name](limit, state, clock), makers[name](limit, state, clock)];
          const verdicts = await Promise.all(
            Array.from({ length: 16 }, (_, index) => workers[index % 2]!.take('key', 1)),
          );
          const allowed = verdicts.filter(({ isAllowed }) => isAllowed).length;
          if (name === 'sliding window') expect(allowed).toBeLessThanOrEqual(limit);
          else expect(allowed).toBe(limit);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('who waits as long as it is told passes, and not before', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 8 }), (sequence, limit) => {
        const clock = testClock(PERIOD * 1_000);
        const limiter = makers[name](limit, memorySharedState(clock), clock);
        for (const { after } of sequence) {
          clock.advance(after);
          const { isAllowed, retryMs } = limiter.take('key', 1) as Verdict;
          if (isAllowed) continue;
          clock.advance(retryMs);
          expect((limiter.take('key', 1) as Verdict).isAllowed).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('keys do not disturb each other', () => {
    const clock = testClock();
    const limiter = makers[name](1, memorySharedState(clock), clock);
    expect((limiter.take('a', 1) as Verdict).isAllowed).toBe(true);
    expect((limiter.take('a', 1) as Verdict).isAllowed).toBe(false);
    expect((limiter.take('b', 1) as Verdict).isAllowed).toBe(true);
  });
});

test('a sliding window asks for the window before once, and after that makes one call a request', async () => {
  const clock = testClock();
  const state = remoteSharedState(memorySharedState(clock));
  const limiter = makers['sliding window'](10, state, clock);
  await limiter.take('key', 1);
  const before = state.calls;
  await limiter.take('key', 1);
  expect(state.calls - before).toBe(1);
});

test('a token bucket lets a burst through and then one request a token', () => {
  const clock = testClock();
  const bucket = tokenBucket({
    update: sharedUpdates(memorySharedState(clock)),
    limit: 10,
    periodMs: PERIOD,
    burst: 3,
    now: clock.now,
  });
  const take = () => (bucket.take('key', 1) as Verdict).isAllowed;
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  clock.advance(100);
  expect([take(), take()]).toEqual([true, false]);
});

describe('quota', () => {
  const at = (time: string) => testClock(Date.parse(time));

  test.each([
    ['day', 'UTC', '2026-03-15T22:30:00Z', '2026-03-16T00:00:00Z'],
    ['week', 'UTC', '2026-03-15T22:30:00Z', '2026-03-16T00:00:00Z'],
    ['month', 'UTC', '2026-02-10T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['day', 'Europe/Berlin', '2026-03-28T23:30:00Z', '2026-03-29T22:00:00Z'],
    ['day', 'America/New_York', '2026-07-01T03:59:00Z', '2026-07-01T04:00:00Z'],
  ] as const)('a %s of %s that holds %s ends at %s', (unit, timeZone, now, end) => {
    const clock = at(now);
    const limiter = quota({ shared: memorySharedState(clock), limit: 1, unit, timeZone, now: clock.now });
    const { resetMs } = limiter.take('key', 1) as Verdict;
    expect(new Date(clock.now() + resetMs).toISOString()).toBe(new Date(end).toISOString());
  });

  test('it starts anew when the calendar does', () => {
    const clock = at('2026-03-15T23:59:59Z');
    const limiter = quota({ shared: memorySharedState(clock), limit: 1, unit: 'day', timeZone: 'UTC', now: clock.now });
    const take = () => (limiter.take('key', 1) as Verdict).isAllowed;
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(1_000);
    expect(take()).toBe(true);
  });
});
