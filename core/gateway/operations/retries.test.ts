import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Retries } from './retries.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** The pauses before so many tries, all of which fail. */
function pauses(retries: Retries, count: number): number[] {
  return Array.from({ length: count }, () => {
    retries.plan();
    const pauseMs = Date.parse(retries.at!) - Date.now();
    vi.advanceTimersByTime(pauseMs);
    return pauseMs;
  });
}

test('tries come after ever longer pauses, at last every half minute', () => {
  const again = vi.fn();
  expect(pauses(new Retries(again), 8)).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000]);
  expect(again).toHaveBeenCalledTimes(8);
});

test('once there is nothing to be tried again, none comes, and the next failure begins anew', () => {
  const again = vi.fn();
  const retries = new Retries(again);
  pauses(retries, 3);
  retries.plan();
  retries[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect([again.mock.calls.length, retries.at]).toEqual([3, undefined]);
  expect(pauses(retries, 1)).toEqual([500]);
});
