import { expect, test } from 'vitest';
import { LookupGate } from './lookup-gate.ts';

test('so many at once, so many behind them, and no more', async () => {
  const gate = new LookupGate({ atOnce: 1, waiting: 1, perSecond: 1, burst: 10 });
  const first = await gate.enter()!;
  const second = gate.enter()!;
  expect(gate.enter()).toBeUndefined();
  let isIn = false;
  void second.then(() => {
    isIn = true;
  });
  await Promise.resolve();
  expect(isIn).toBe(false);
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  expect(gate.enter()).toBeDefined();
});

test('after a stretch of them it lets so many a second through', async () => {
  let now = 0;
  const gate = new LookupGate({ atOnce: 100, waiting: 0, perSecond: 2, burst: 3, now: () => now });
  const through = () => Array.from({ length: 5 }, () => gate.enter()).filter((place) => place !== undefined).length;
  expect(through()).toBe(3);
  now = 1_000;
  expect(through()).toBe(2);
  now = 60_000;
  expect(through()).toBe(3);
});
