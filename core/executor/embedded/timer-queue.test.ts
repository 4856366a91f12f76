import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TestClock } from '../engine.fixture.ts';
import { systemClock } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

test('timers fire once, at or after their time, in order, and cancelled ones never', () => {
  const plan = fc.array(fc.record({ delay: fc.nat(5_000), cancelled: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(
      plan,
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 10 }),
      (timers, steps) => {
        const clock = new TestClock();
        using queue = new TimerQueue(clock);
        const origin = clock.now();
        const fired: { readonly delay: number; readonly at: number }[] = [];
        for (const { delay, cancelled } of timers) {
          const timer = queue.add(origin + delay, () => fired.push({ delay, at: clock.now() - origin }));
          if (cancelled) timer[Symbol.dispose]();
        }
        for (const step of steps) clock.advance(step);
        const passed = clock.now() - origin;
        const due = timers.filter(({ delay, cancelled }) => !cancelled && delay <= passed).map(({ delay }) => delay);
        expect(fired.map(({ delay }) => delay)).toEqual(due.sort((a, b) => a - b));
        for (const { delay, at } of fired) expect(at).toBeGreaterThanOrEqual(delay);
      },
    ),
  );
});

test('thousands of cancelled timers do not stay', () => {
  const clock = new TestClock();
  using queue = new TimerQueue(clock);
  let fired = 0;
  queue.add(clock.now() + 100, () => fired++);
  for (let i = 0; i < 10_000; i++) queue.add(clock.now() + 1_000_000, () => fired++)[Symbol.dispose]();
  clock.advance(100);
  expect(fired).toBe(1);
});

test('the clock follows a jump forward and does not go back', () => {
  let [wall, elapsed] = [1_000_000, 0];
  const clock = systemClock(
    () => wall,
    () => elapsed,
  );
  wall += 500;
  elapsed += 500;
  expect(clock.now()).toBe(1_000_500);
  wall += 3_600_000;
  elapsed += 10;
  expect(clock.now()).toBe(4_600_500);
  wall -= 7_200_000;
  elapsed += 250;
  expect(clock.now()).toBe(4_600_750);
});
