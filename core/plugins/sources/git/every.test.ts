import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { every } from './every.ts';
import type { GitSource } from './git-source.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const source = (everyMs?: number) => ({ setting: { sync: { everyMs } }, nextAt: undefined }) as unknown as GitSource;

test('a source with an interval is due again and again, at most a tenth later, until it is disposed', () => {
  const due = vi.fn();
  const one = source(60_000);
  const timer = every(one, due, () => new Date());
  expect(one.nextAt!.getTime() - Date.now()).toBeGreaterThanOrEqual(60_000);
  vi.advanceTimersByTime(66_001);
  expect(due).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(66_001);
  expect(due).toHaveBeenCalledTimes(2);
  timer[Symbol.dispose]();
  vi.advanceTimersByTime(600_000);
  expect(due).toHaveBeenCalledTimes(2);
  expect(one.nextAt).toBeUndefined();
});

test('a source without one is never due by itself', () => {
  const due = vi.fn();
  using _ = every(source(), due, () => new Date());
  vi.advanceTimersByTime(86_400_000);
  expect(due).not.toHaveBeenCalled();
});
