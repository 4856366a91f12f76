import { expect, test } from 'vitest';
import { CrashCounter } from './crash-counter.ts';

const policy = { limit: 4, windowMs: 1000, firstMs: 10, longestMs: 25 };

test('each end within the window doubles the pause up to the longest, then comes quarantine', () => {
  const counter = new CrashCounter(policy);
  expect([0, 1, 2, 3].map((now) => counter.note(now))).toEqual([
    { retryAfterMs: 10 },
    { retryAfterMs: 20 },
    { retryAfterMs: 25 },
    'quarantine',
  ]);
});

test('ends that lie further back than the window do not count', () => {
  const counter = new CrashCounter(policy);
  for (let now = 0; now < 20_000; now += 1000) expect(counter.note(now)).toEqual({ retryAfterMs: 10 });
  expect(counter.count).toBe(1);
});
