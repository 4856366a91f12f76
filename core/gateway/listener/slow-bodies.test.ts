import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SlowBodies } from './slow-bodies.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Watches a body of whose connection so many bytes come in a second, taken at once or not. */
function watched(rate: number, isTaken = true) {
  const slow = new SlowBodies(240);
  const body = new PassThrough();
  body.on('error', () => undefined);
  if (isTaken) body.resume();
  else body.write('x');
  let bytes = 0;
  const coming = setInterval(() => {
    bytes += rate;
  }, 1_000);
  slow.watch(body, () => bytes);
  return { body, slow, coming };
}

test('a body that trickles is ended after its time of grace', () => {
  const { body } = watched(10);
  vi.advanceTimersByTime(4_000);
  expect(body.destroyed).toBe(false);
  vi.advanceTimersByTime(3_000);
  expect(body.destroyed).toBe(true);
});

test('a body that comes fast enough may take as long as it likes', () => {
  const { body } = watched(1_000);
  vi.advanceTimersByTime(600_000);
  expect(body.destroyed).toBe(false);
});

test('a body that waits for the upstream is no fault of the caller', () => {
  const { body } = watched(0, false);
  vi.advanceTimersByTime(60_000);
  expect(body.destroyed).toBe(false);
});
