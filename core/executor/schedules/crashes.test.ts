import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryScheduleStore } from '../../storage/memory-schedule-store.fixture.ts';
import type { ScheduleStore } from '../../storage/schedule-store.ts';
import { TestClock } from '../engine.fixture.ts';
import type { Engine } from '../engine.ts';
import { settled, TestRuns, testSchedules, WORKFLOW } from './schedules.fixture.ts';

const MINUTE = 60_000;

/** Makes the host die at its n-th step: before the step has an effect, or after it had one and nobody was told. */
class Fate {
  #left: number;
  readonly #afterEffect: boolean;
  dead = false;

  constructor(steps: number, options: { readonly afterEffect: boolean }) {
    this.#left = steps;
    this.#afterEffect = options.afterEffect;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (!this.dead && --this.#left < 0) {
      this.dead = true;
      if (this.#afterEffect) await work();
    }
    // The dead say nothing and do nothing any more.
    if (this.dead) return new Promise<T>(() => undefined);
    return work();
  }
}

const through = (fate: Fate, store: ScheduleStore, engine: Engine) => ({
  store: { ...store, save: (...given: Parameters<typeof store.save>) => fate.step(() => store.save(...given)) },
  engine: { ...engine, start: (...given: Parameters<Engine['start']>) => fate.step(() => engine.start(...given)) },
});

const plan = fc.record({
  overlap: fc.constantFrom('allow', 'buffer_all'),
  jitter: fc.constantFrom(0, 90),
  lives: fc.array(
    fc.record({ steps: fc.nat(12), afterEffect: fc.boolean(), minutes: fc.integer({ min: 1, max: 25 }) }),
    { maxLength: 6 },
  ),
});

test('wherever hosts die, each occurrence has exactly one run', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ overlap, jitter, lives }) => {
      const [store, clock, runs] = [createMemoryScheduleStore(), new TestClock(), new TestRuns()];
      const first = testSchedules(store, clock, runs.engine);
      const spec = { every: '7m', overlap, jitter, catch_up: 'all' };
      const { id } = await first.create({ workflow: WORKFLOW, spec });
      await settled();
      await first[Symbol.asyncDispose]();
      const origin = clock.now();
      for (const { steps, afterEffect, minutes } of lives) {
        const fate = new Fate(steps, { afterEffect });
        const { store: frail, engine } = through(fate, store, runs.engine);
        const host = testSchedules(frail, clock, engine);
        host.wake();
        for (let minute = 0; minute < minutes; minute++) {
          clock.advance(MINUTE);
          await settled();
        }
        // One that died holds on to a promise that never settles: it is left as it is.
        if (!fate.dead) await host[Symbol.asyncDispose]();
        fate.dead = true;
      }
      await using last = testSchedules(store, clock, runs.engine);
      last.wake();
      for (let second = 0; second < 20; second++) {
        clock.advance(11_000);
        await settled();
      }
      const { cursorAt } = (await store.get(id))!;
      // The newest may still wait for its jitter.
      expect(clock.now() - cursorAt).toBeLessThan(7 * MINUTE + 90_000);
      const all = last.preview(spec, 100, origin).map(({ at }) => Date.parse(at));
      const due = all.filter((at) => at <= cursorAt);
      expect(runs.times).toEqual(due);
      const { counts } = await last.get(id);
      expect(counts).toEqual({ fired: due.length, skipped: 0, missed: 0, failed: 0 });
    }),
    { numRuns: 60 },
  );
}, 60_000);
