import { memorySharedState, remoteSharedState, testClock } from '@backplane/sdk/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakers, type Outcome, type Permit, type Refusal } from './breaker.ts';
import type { BreakerRule } from './settings.ts';

const BREAK = 5_000;
const WINDOW = 10_000;
const rules: Record<string, BreakerRule> = {
  failures: { opens: { by: 'failures', failures: 3 }, breakMs: BREAK },
  ratio: { opens: { by: 'ratio', ratio: 0.5, minimum: 4, windowMs: WINDOW }, breakMs: BREAK },
};

/** A breaker for one request after the other, as plainly as possible. */
function model({ opens }: BreakerRule) {
  let openUntil: number | undefined;
  let row = 0;
  let seen: { at: number; failed: boolean }[] = [];
  return (time: number, outcome: Outcome): boolean => {
    if (openUntil !== undefined) {
      if (time < openUntil) return false;
      if (outcome === 'failure') openUntil = time + BREAK;
      if (outcome === 'success') [openUntil, row, seen] = [undefined, 0, []];
      if (outcome === 'neither') openUntil = time;
      return true;
    }
    if (outcome === 'neither') return true;
    row = outcome === 'failure' ? row + 1 : 0;
    const bucket = (at: number) => Math.floor(at / (WINDOW / 10));
    seen.push({ at: time, failed: outcome === 'failure' });
    if (outcome === 'success') return true;
    const recent = seen.filter(({ at }) => bucket(at) > bucket(time) - 10);
    const failed = recent.filter((one) => one.failed).length;
    const isEnough =
      opens.by === 'failures'
        ? row >= opens.failures
        : recent.length >= opens.minimum && failed / recent.length >= opens.ratio;
    if (isEnough) openUntil = time + BREAK;
    return true;
  };
}

const outcomes = fc.constantFrom<Outcome>('success', 'failure', 'failure', 'neither');
const course = fc.array(fc.record({ after: fc.nat(3_000), outcome: outcomes }), { maxLength: 80 });

describe.each(Object.entries(rules))('by %s', (_name, rule) => {
  test('it admits and refuses as its plain model does', () => {
    fc.assert(
      fc.property(course, (requests) => {
        const clock = testClock(1_000_000);
        const { admit, report } = breakers({
          shared: memorySharedState(clock),
          rule,
          now: clock.now,
          onOpened: () => {},
        });
        const expected = model(rule);
        for (const { after, outcome } of requests) {
          clock.advance(after);
          const permit = admit('key', 1_000) as Permit | Refusal;
          expect(permit.kind !== 'refused').toBe(expected(clock.now(), outcome));
          if (permit.kind !== 'refused') report('key', permit, outcome);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of workers that race for the half-open breaker exactly one may try', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 5, maxLength: 100 }), async (order) => {
        const clock = testClock(1_000_000);
        let at = 0;
        const shared = remoteSharedState(memorySharedState(clock), () => order[at++ % order.length]!);
        const workers = [0, 1, 2].map(() => breakers({ shared, rule, now: clock.now, onOpened: () => {} }));
        for (let sent = 0; sent < 6; sent++) {
          const permit = await workers[sent % 3]!.admit('key', 1_000);
          if (permit.kind !== 'refused') await workers[sent % 3]!.report('key', permit, 'failure');
        }
        clock.advance(BREAK);
        const permits = await Promise.all(workers.flatMap(({ admit }) => [admit('key', 1_000), admit('key', 1_000)]));
        expect(permits.map(({ kind }) => kind).toSorted()).toEqual(['probe', ...Array(5).fill('refused')]);
      }),
      { numRuns: 40 },
    );
  });
});

test('failures that two workers report at once all count', async () => {
  const clock = testClock();
  const shared = remoteSharedState(memorySharedState(clock));
  const opened: true[] = [];
  const make = () =>
    breakers({ shared, rule: rules['failures']!, now: clock.now, onOpened: () => void opened.push(true) });
  const workers = [make(), make(), make()];
  const permits = await Promise.all(workers.map(({ admit }) => admit('key', 1_000)));
  await Promise.all(workers.map(({ report }, at) => report('key', permits[at] as Permit, 'failure')));
  expect((await workers[0]!.admit('key', 1_000)).kind).toBe('refused');
  expect(opened).toHaveLength(1);
});

test('a probe whose worker died is given up after its lease', () => {
  const clock = testClock();
  const { admit, report } = breakers({
    shared: memorySharedState(clock),
    rule: { opens: { by: 'failures', failures: 1 }, breakMs: BREAK },
    now: clock.now,
    onOpened: () => {},
  });
  const kind = () => (admit('key', 1_000) as Permit | Refusal).kind;
  report('key', admit('key', 1_000) as Permit, 'failure');
  clock.advance(BREAK);
  expect([kind(), kind()]).toEqual(['probe', 'refused']);
  clock.advance(1_000);
  expect(kind()).toBe('probe');
});

test('what was sent before it opened and fails late does not make the break longer', () => {
  const clock = testClock();
  const { admit, report } = breakers({
    shared: memorySharedState(clock),
    rule: { opens: { by: 'failures', failures: 1 }, breakMs: BREAK },
    now: clock.now,
    onOpened: () => {},
  });
  const late = admit('key', 1_000) as Permit;
  report('key', admit('key', 1_000) as Permit, 'failure');
  clock.advance(BREAK - 1);
  report('key', late, 'failure');
  clock.advance(1);
  expect((admit('key', 1_000) as Permit | Refusal).kind).toBe('probe');
});
