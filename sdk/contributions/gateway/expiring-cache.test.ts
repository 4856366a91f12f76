import { expect, test } from 'vitest';
import { expiringCache, singleFlight } from './expiring-cache.ts';

test('a value is forgotten at its time', () => {
  const cache = expiringCache<string>({ maxEntries: 10 });
  cache.set('a', 'A', 1_000);
  expect(cache.get('a', 999)).toBe('A');
  expect(cache.get('a', 1_000)).toBeUndefined();
  expect(cache.size).toBe(0);
});

test('a full cache forgets what was used longest ago', () => {
  const cache = expiringCache<number>({ maxEntries: 2 });
  cache.set('a', 1, 10);
  cache.set('b', 2, 10);
  for (let use = 0; use < 8; use++) cache.get('a', 0);
  cache.set('c', 3, 10);
  expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0)]).toEqual([1, undefined, 3]);
});

test('those who wait for the same key share one question, and a failure is not kept', async () => {
  const flight = singleFlight<number>();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    if (asked === 1) throw new Error('down');
    return asked;
  };
  await expect(Promise.all([flight('k', ask), flight('k', ask)])).rejects.toThrow('down');
  expect(asked).toBe(1);
  expect(await flight('k', ask)).toBe(2);
});
