import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OVERLAP_POLICIES, type ScheduleSpec } from '../../workflow/schedule/schedule-spec.ts';
import { decideOccurrences, keyLife, MOST_AT_ONCE, nextStep } from './decide.ts';
import type { OpenSchedule, Waiting } from './schedule-state.ts';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const spec: ScheduleSpec = {
  ...{ every: 1_000, timezone: 'UTC', overlap: 'allow', catchUp: 'all' },
  ...{ catchUpWindow: DAY, jitter: 0 },
};
const open = (queue: readonly Waiting[], cursorAt: number, more: Partial<ScheduleSpec> = {}): OpenSchedule => ({
  stored: {
    ...{ id: 'x', workflowId: 'w', origin: 'api', ref: 'r', description: '', spec: '', timing: '' },
    ...{ beginsPaused: false, paused: false, cursorAt, state: '', revision: 1, createdAt: 0, updatedAt: 0 },
  },
  spec: { ...spec, ...more },
  state: { queue, running: [], counts: { fired: 0, skipped: 0, missed: 0, failed: 0 } },
});
const waiting = (count: number, more: Partial<Waiting> = {}) =>
  Array.from({ length: count }, (_, i): Waiting => ({ at: NOW + i, since: NOW, key: String(i), ...more }));

describe('deciding', () => {
  test('of a dense schedule after a long outage, the newest are looked at', () => {
    const decided = decideOccurrences(open([], NOW - DAY), NOW)!;
    expect(decided.state.queue).toHaveLength(MOST_AT_ONCE);
    expect(decided.state.queue.at(-1)!.at).toBe(NOW);
    expect(decided.cursorAt).toBe(NOW);
  });

  test('more than may wait are skipped', () => {
    const decided = decideOccurrences(open(waiting(MOST_AT_ONCE - 1), NOW - 5_000), NOW)!;
    expect(decided.state.queue).toHaveLength(MOST_AT_ONCE);
    expect(decided.state.counts).toMatchObject({ skipped: 4, missed: 0 });
  });

  test('in however many steps time passes, the same occurrences are decided, each once', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 3_000 }), (lengths, jitter) => {
        let schedule = open([], NOW, { jitter });
        let now = NOW;
        for (const length of lengths) {
          now += length;
          const decided = decideOccurrences(schedule, now);
          if (decided === undefined) continue;
          const stored = { ...schedule.stored, cursorAt: decided.cursorAt };
          schedule = { ...schedule, stored, state: decided.state };
        }
        const atOnce = decideOccurrences(open([], NOW, { jitter }), now);
        expect(schedule.state.queue).toEqual(atOnce?.state.queue ?? []);
      }),
    );
  });
});

describe('what waits', () => {
  test('every policy comes to an end with whatever waits, unless it waits for the run before', () => {
    const policy = fc.constantFrom(undefined, ...OVERLAP_POLICIES);
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 20 }), fc.constantFrom(...OVERLAP_POLICIES), (overlaps, overlap) => {
        let queue = overlaps.map((own, i): Waiting => {
          const one = { at: i, since: NOW, key: String(i) };
          return own === undefined ? one : { ...one, overlap: own };
        });
        let busy = false;
        for (let steps = 0; queue.length > 0; steps++) {
          expect(steps).toBeLessThanOrEqual(3 * overlaps.length);
          const step = nextStep(queue, { ...spec, overlap }, busy, NOW);
          if (step === undefined) {
            expect(busy).toBe(true);
            busy = false;
            continue;
          }
          if (step.type === 'start') busy = true;
          queue = queue.filter(({ key }) => key !== step.waiting.key);
        }
      }),
    );
  });

  test('what is too old for the engine to know its key any more is not started', () => {
    const [old] = waiting(1, { since: NOW - 31 * DAY });
    expect(nextStep([old!], spec, false, NOW)).toMatchObject({ type: 'drop', as: 'missed' });
    expect(keyLife(spec)).toBeGreaterThan(30 * DAY);
    const wide = { ...spec, catchUpWindow: 100 * DAY };
    expect(nextStep([old!], wide, false, NOW)).toMatchObject({ type: 'start' });
    expect(keyLife(wide)).toBeGreaterThan(100 * DAY);
  });
});
