import fc from 'fast-check';
import { hash32 } from './deterministic-random.ts';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';
import type { Pending } from './state.ts';

/** A random workflow, and what each of its steps will do: how often it fails before it succeeds, by item. */
export interface RandomRun {
  readonly actions: readonly TestAction[];
  /** By action: failures before the first success of a round. */
  readonly failures: readonly number[];
}

const SIZE = 8;

const randomAction = (index: number): fc.Arbitrary<TestAction> =>
  fc
    .record({
      after: fc.subarray(Array.from({ length: index }, (_, at) => [`s${at}`, `s${at}.error`]).flat(), {
        maxLength: Math.min(4, index * 2),
      }),
      joinStrategy: fc.constantFrom('all' as const, 'any' as const),
      runIf: fc.constantFrom(undefined, undefined, undefined, true, false, '${{ TRIGGER.yes }}'),
      items: fc.option(fc.integer({ min: 0, max: 6 })),
      forEachConcurrency: fc.integer({ min: 1, max: 3 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      startDelay: fc.constantFrom(0, 0, 0, 1),
      polls: fc.boolean(),
    })
    .map(({ items, maxAttempts, runIf, polls, ...action }) => ({
      ref: `s${index}`,
      ...action,
      ...(runIf !== undefined && { runIf }),
      ...(items !== null && {
        forEach: [`\${{ for var.x in ${JSON.stringify(Array.from({ length: items }, (_, i) => i))} }}`],
      }),
      retry: {
        maxAttempts,
        ...(polls && items === null && { retryUntil: `\${{ ACTIONS.s${index}.result.round > 0 }}` }),
      },
    }));

export const randomRun: fc.Arbitrary<RandomRun> = fc.integer({ min: 1, max: SIZE }).chain((size) =>
  fc.record({
    actions: fc.tuple(...Array.from({ length: size }, (_, index) => randomAction(index))),
    failures: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 5), { minLength: size, maxLength: size }),
  }),
);

export interface PlayOptions {
  /** Decides which of the pending commands is answered next. */
  readonly order: number;
  /** Answers everything twice. */
  readonly twice?: boolean;
  /** Passes the state through JSON before every event. */
  readonly snapshots?: boolean;
}

/** Plays a run to its end: every attempt answers as `failures` says, in an order that `order` decides. */
export function play(
  { actions, failures }: RandomRun,
  { order, twice = false, snapshots = false }: PlayOptions,
): RunDriver {
  const run = new RunDriver(workflow(actions, { returns: { all: '${{ ACTIONS.*.result }}' } }));
  const feed = snapshots ? run.feed.bind(run) : run.feedWithoutSnapshot.bind(run);
  feed({ type: 'RunStarted', at: run.now, runId: 'run-1', trigger: { yes: true }, triggerType: 'api', env: {} });
  for (let turn = 0; run.state.status === 'running'; turn++) {
    if (turn > 10_000) throw new Error('the run does not end');
    const pending = Object.entries(run.state.pending);
    const [key, what] = pending[hash32(`${order}/${turn}`) % pending.length]!;
    const seq = Number(key);
    run.now += 1;
    if (what.kind === 'timer') run.now = Math.max(run.now, run.timers().find((timer) => timer.seq === seq)!.fireAt);
    const event =
      what.kind === 'timer' ? ({ type: 'TimerFired', at: run.now, seq } as const) : answer(run, seq, what, failures);
    feed(event);
    if (twice) feed({ ...event, at: run.now + 1 });
  }
  return run;
}

function answer(run: RunDriver, seq: number, work: Pending & { kind: 'action' }, failures: readonly number[]) {
  const { ref } = run.graph.actions[work.action]!;
  const { attempt, item = 0, round = 0 } = work;
  // Only every second item fails, so that a loop has both kinds.
  const fails = item % 2 === 0 && attempt <= failures[work.action]!;
  if (!fails) return { type: 'ActionCompleted', at: run.now, seq, result: { ref, item, round } } as const;
  const error = { code: 'TEST_FAILED', message: `${ref} attempt ${attempt}` };
  return { type: 'ActionFailed', at: run.now, seq, error } as const;
}
