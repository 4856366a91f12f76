import { expect, test } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

const limit = { requests: 2, perSeconds: 10 };

test('a burst is taken, then as many as the time allows, each webhook for itself', () => {
  const limiter = new RateLimiter();
  const refusal = (name: string, at: number) => {
    try {
      limiter.take(name, limit, at);
      return undefined;
    } catch (error) {
      return (error as { facts: { retryAfterMs: number; status: number } }).facts;
    }
  };
  expect([refusal('a', 0), refusal('a', 0)]).toEqual([undefined, undefined]);
  expect(refusal('a', 1000)).toMatchObject({ status: 429, retryAfterMs: 4000 });
  expect(refusal('b', 1000)).toBeUndefined();
  expect(refusal('a', 4999)).toMatchObject({ retryAfterMs: 1 });
  expect(refusal('a', 5000)).toBeUndefined();
  expect(refusal('a', 5001)).toBeDefined();
});
