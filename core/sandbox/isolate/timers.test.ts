import { expect, test } from 'vitest';
import { createTimers } from './timers.ts';

type Set = (call: () => void, delay?: number) => number;

test('timers fire when due, in order, and intervals again', () => {
  let now = 0;
  const timers = createTimers(() => now);
  const { setTimeout, setInterval, clearTimeout } = timers.globals as unknown as Record<
    string,
    Set & ((id: number) => void)
  >;
  const fired: string[] = [];
  setTimeout!(() => fired.push('late'), 20);
  setTimeout!(() => fired.push('early'), 10);
  const every = setInterval!(() => fired.push('every'), 10);
  expect(timers.next()).toBe(10);
  expect(timers.fire()).toBe(false);
  now = 10;
  expect(timers.fire()).toBe(true);
  now = 20;
  timers.fire();
  expect(fired).toEqual(['early', 'every', 'late', 'every']);
  clearTimeout!(every);
  expect(timers.next()).toBeUndefined();
});

test('a timer cleared by an earlier one of the same moment does not fire; a timer needs a function', () => {
  const timers = createTimers(() => 100);
  const { setTimeout } = timers.globals as unknown as Record<string, Set>;
  expect(() => setTimeout!('code' as never)).toThrow(TypeError);
});
