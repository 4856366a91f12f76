import { expect, test } from 'vitest';
import { ExpiringNames } from './expiring-names.ts';

test('what is known of a name is forgotten in time', () => {
  let now = 0;
  const names = new ExpiringNames<number>({ most: 10, now: () => now });
  names.set('a', 1, 50);
  now = 49;
  expect([names.get('a'), names.leftMs('a'), names.leftMs('b')]).toEqual([1, 1, 0]);
  now = 50;
  expect([names.get('a'), names.size]).toEqual([undefined, 0]);
});

test('of too many names the oldest are forgotten', () => {
  const names = new ExpiringNames<number>({ most: 3 });
  for (let count = 0; count < 1_000; count += 1) names.set(`n${count}`, count, 60_000);
  expect([names.size, names.get('n996'), names.get('n997'), names.get('n999')]).toEqual([3, undefined, 997, 999]);
});
