import { describe, expect, test } from 'vitest';
import { RunDriver, workflow } from './run-driver.fixture.ts';

describe('order', () => {
  test('steps that depend on nothing start at once; a step starts when what it depends on has succeeded', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b' }, { ref: 'c', after: ['a', 'b'] }]));
    run.start();
    expect(run.inFlight()).toEqual(['a', 'b']);
    expect(run.complete('a')).toEqual([]);
    expect(run.complete('b')).toMatchObject([{ type: 'RunAction', action: 2, attempt: 1, timeoutMs: 300_000 }]);
    expect(run.complete('c')).toEqual([{ type: 'CompleteRun', result: null }]);
    expect(run.state).toMatchObject({ status: 'completed', result: null, pending: {}, remaining: 0 });
  });

  test('a kite: two arms of different length join, the tail comes last', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'a' },
        { ref: 'b', after: ['a'] },
        { ref: 'c', after: ['b'] },
        { ref: 'd', after: ['c'] },
        { ref: 'e', after: ['a'] },
        { ref: 'f', after: ['e'] },
        { ref: 'g', after: ['d', 'f'] },
      ]),
    );
    run.start();
    for (const ref of ['a', 'b', 'e', 'c', 'f', 'd', 'g']) run.complete(ref);
    expect(run.state.status).toBe('completed');
  });

  test('`returns` sees every result; the run gives it as data', () => {
    const returns = { sum: '${{ ACTIONS.a.result + ACTIONS.b.result }}', at: '${{ ENV.workflow.start_time }}' };
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b' }], { returns }));
    run.start();
    run.complete('a', 2);
    expect(run.complete('b', 3)).toEqual([
      { type: 'CompleteRun', result: { sum: 5, at: '2023-11-14T22:13:20+00:00' } },
    ]);
  });

  test('at most 64 attempts of a run are in flight; the rest follow in order', () => {
    const refs = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const run = new RunDriver(workflow(refs.map((ref) => ({ ref }))));
    run.start();
    expect(run.inFlight()).toEqual(refs.slice(0, 64));
    expect(run.complete('s7')).toMatchObject([{ action: 64 }]);
    for (const ref of refs.filter((name) => name !== 's7')) run.complete(ref);
    expect(run.state.status).toBe('completed');
  });
});

describe('skipping', () => {
  test('a step whose `run_if` is false is skipped, and so is everything behind it', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'a' },
        { ref: 'b', after: ['a'], runIf: '${{ ACTIONS.a.result > 3 }}' },
        { ref: 'c', after: ['b'] },
        { ref: 'd', after: ['c'] },
        { ref: 'e', after: ['a'] },
      ]),
    );
    run.start();
    run.complete('a', 3);
    expect(run.inFlight()).toEqual(['e']);
    run.complete('e');
    expect(run.statuses()).toEqual({ a: 'completed', b: 'skipped', c: 'skipped', d: 'skipped', e: 'completed' });
    expect(run.state.status).toBe('completed');
  });

  test('a workflow whose every step is skipped completes', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'a', runIf: false },
        { ref: 'b', after: ['a'] },
      ]),
    );
    expect(run.start()).toEqual([{ type: 'CompleteRun', result: null }]);
  });

  test('a skipped step shows null, without a warning', () => {
    const returns = { gone: '${{ ACTIONS.a.result }}', error: '${{ ACTIONS.a.error }}' };
    const run = new RunDriver(workflow([{ ref: 'a', runIf: '${{ TRIGGER.go }}' }], { returns }));
    expect(run.start({ go: false })).toEqual([{ type: 'CompleteRun', result: { gone: null, error: null } }]);
    expect(run.state.warnings).toEqual([]);
  });

  test('a missing path in `run_if` counts as false and leaves a warning with the step', () => {
    const run = new RunDriver(workflow([{ ref: 'a', runIf: '${{ TRIGGER.goo }}' }]));
    run.start({ go: true });
    expect(run.step('a')).toMatchObject({
      status: 'skipped',
      warnings: [{ code: 'LANGUAGE_PATH_MISSING', message: expect.stringContaining('`go`') }],
    });
  });

  test('a `run_if` that cannot be evaluated fails the step', () => {
    const run = new RunDriver(workflow([{ ref: 'a', runIf: "${{ 1 + 'x' }}" }]));
    expect(run.start()).toMatchObject([{ type: 'FailRun', errors: [{ ref: 'a', attempt: 0 }] }]);
  });

  test('ten thousand steps in a row can be skipped', () => {
    const steps = Array.from({ length: 10_000 }, (_, index) => ({
      ref: `s${index}`,
      ...(index === 0 ? { runIf: false } : { after: [`s${index - 1}`] }),
    }));
    expect(new RunDriver(workflow(steps)).start()).toEqual([{ type: 'CompleteRun', result: null }]);
  });
});

describe('joining', () => {
  const diamond = (joinStrategy: 'all' | 'any') =>
    workflow(
      [
        { ref: 'a' },
        { ref: 'b', after: ['a'] },
        { ref: 'c', after: ['a'], runIf: false },
        { ref: 'd', after: ['b', 'c'], joinStrategy },
      ],
      { returns: '${{ ACTIONS.d.result }}' },
    );

  test('a diamond with a skipped branch and `all` fails, and the error says how to mend it', () => {
    const run = new RunDriver(diamond('all'));
    run.start();
    run.complete('a');
    const [failure] = run.complete('b');
    expect(failure).toMatchObject({
      type: 'FailRun',
      error: {
        code: 'WORKFLOW_STEP_UNREACHABLE',
        message: expect.stringContaining('`c` did not come'),
        remedy: expect.stringContaining('join_strategy: any'),
        details: { step: 'd' },
      },
      errors: [{ ref: 'd' }],
    });
    expect(run.statuses()).toEqual({ a: 'completed', b: 'completed', c: 'skipped', d: 'failed' });
  });

  test('the same diamond with `any` runs on', () => {
    const run = new RunDriver(diamond('any'));
    run.start();
    run.complete('a');
    run.complete('b');
    expect(run.complete('d', 8)).toEqual([{ type: 'CompleteRun', result: 8 }]);
  });

  test('a join is skipped when all of its branches are, and when its own `run_if` is false although a branch is missing', () => {
    const steps = [
      { ref: 'a' },
      { ref: 'b', after: ['a'], runIf: '${{ TRIGGER.b }}' },
      { ref: 'c', after: ['a'], runIf: false },
      { ref: 'd', after: ['b', 'c'], runIf: '${{ TRIGGER.d }}' },
    ];
    for (const trigger of [
      { b: false, d: true },
      { b: true, d: false },
    ]) {
      const run = new RunDriver(workflow(steps));
      run.start(trigger);
      run.complete('a');
      if (trigger.b) run.complete('b');
      expect(run.step('d').status).toBe('skipped');
      expect(run.state.status).toBe('completed');
    }
  });

  test('`any` still waits until every branch is decided', () => {
    const steps = [{ ref: 'a' }, { ref: 'b' }, { ref: 'c', after: ['a', 'b'], joinStrategy: 'any' as const }];
    const run = new RunDriver(workflow(steps));
    run.start();
    run.complete('a');
    expect(run.inFlight()).toEqual(['b']);
    run.complete('b');
    expect(run.inFlight()).toEqual(['c']);
  });
});

describe('failing', () => {
  test('a failure without an error edge fails the run and cancels what still runs', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b' }, { ref: 'c', after: ['a'] }]));
    run.start();
    const b = run.running('b').seq;
    expect(run.fail('a', { blame: 'upstream' })).toEqual([
      { type: 'CancelAction', seq: b },
      {
        type: 'FailRun',
        error: { code: 'TEST_FAILED', message: 'a broke', blame: 'upstream', details: { step: 'a' } },
        errors: [{ ref: 'a', attempt: 1, error: { code: 'TEST_FAILED', message: 'a broke', blame: 'upstream' } }],
      },
    ]);
    expect(run.statuses()).toEqual({ a: 'failed', b: 'cancelled', c: 'cancelled' });
    expect(run.feed({ type: 'ActionCompleted', at: run.now, seq: b, result: 1 })).toEqual([]);
    expect(run.state.status).toBe('failed');
  });

  test('a failure with an error edge goes on there, with the error at hand; the success branch is skipped', () => {
    const run = new RunDriver(
      workflow([{ ref: 'a' }, { ref: 'good', after: ['a'] }, { ref: 'bad', after: ['a.error'] }], {
        returns: '${{ [ACTIONS.a.error.code, ACTIONS.a.error.message, ACTIONS.a.error_typename, ACTIONS.a.result] }}',
      }),
    );
    run.start();
    run.fail('a');
    expect(run.inFlight()).toEqual(['bad']);
    expect(run.complete('bad')).toEqual([
      { type: 'CompleteRun', result: ['TEST_FAILED', 'a broke', 'TEST_FAILED', null] },
    ]);
    expect(run.statuses()).toEqual({ a: 'failed', good: 'skipped', bad: 'completed' });
  });

  test('a success skips the error branch', () => {
    const run = new RunDriver(
      workflow([{ ref: 'a' }, { ref: 'good', after: ['a.success'] }, { ref: 'bad', after: ['a.error'] }]),
    );
    run.start();
    run.complete('a');
    expect(run.statuses()).toMatchObject({ good: 'running', bad: 'skipped' });
  });

  test('a step may wait for either outcome of another', () => {
    const steps = [{ ref: 'a' }, { ref: 'always', after: ['a', 'a.error'], joinStrategy: 'any' as const }];
    for (const outcome of ['complete', 'fail'] as const) {
      const run = new RunDriver(workflow(steps));
      run.start();
      run[outcome]('a');
      expect(run.inFlight()).toEqual(['always']);
    }
  });

  test('`returns` that cannot be evaluated fails the run', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }], { returns: '${{ 1 / 0 }}' }));
    run.start();
    expect(run.complete('a')).toMatchObject([{ type: 'FailRun', errors: [] }]);
    expect(run.step('a').status).toBe('completed');
  });

  test('a missing path is an error in a strict workflow', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }], { returns: '${{ ACTIONS.a.resutl }}', strict: true }));
    run.start();
    expect(run.complete('a')).toMatchObject([{ type: 'FailRun', error: { code: 'LANGUAGE_PATH_MISSING' } }]);
  });

  test('an attempt that the host stopped counts as failed', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }]));
    run.start();
    const { seq } = run.running('a');
    expect(run.feed({ type: 'ActionCancelled', at: run.now, seq })).toMatchObject([
      { type: 'FailRun', error: { code: 'WORKFLOW_ACTION_CANCELLED' } },
    ]);
  });
});

describe('cancelling', () => {
  test('cancelling stops everything and ends the run', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b', startDelay: 5 }, { ref: 'c', after: ['a'] }]));
    run.start();
    const seqs = [run.running('a').seq, run.timers()[0]!.seq].sort();
    const commands = run.feed({ type: 'CancelRequested', at: run.now + 5, reason: 'enough' });
    expect(commands).toEqual([
      ...seqs.map((seq) => ({ type: 'CancelAction', seq })),
      { type: 'CancelRun', reason: 'enough' },
    ]);
    expect(run.statuses()).toEqual({ a: 'cancelled', b: 'cancelled', c: 'cancelled' });
    expect(run.state).toMatchObject({ status: 'cancelled', endedAt: run.now + 5 });
    expect(run.feed({ type: 'CancelRequested', at: run.now, reason: 'again' })).toEqual([]);
  });
});

describe('stale events', () => {
  test('a second answer, an answer of the wrong kind, a second start and an unknown number change nothing', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b', after: ['a'], startDelay: 1 }, { ref: 'c' }]));
    run.start();
    const { seq } = run.running('a');
    run.complete('a', 1);
    const before = structuredClone(run.state);
    const timer = run.timers()[0]!.seq;
    expect(run.feed({ type: 'ActionCompleted', at: run.now + 9, seq, result: 2 })).toEqual([]);
    expect(run.feed({ type: 'TimerFired', at: run.now + 9, seq: run.running('c').seq })).toEqual([]);
    expect(run.feed({ type: 'ActionCompleted', at: run.now + 9, seq: timer, result: 2 })).toEqual([]);
    expect(run.feed({ type: 'ActionCompleted', at: run.now + 9, seq: 999, result: 2 })).toEqual([]);
    expect(run.start()).toEqual([]);
    expect(run.state).toEqual(before);
  });

  test('nothing happens before the run has started', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }]));
    expect(run.feed({ type: 'CancelRequested', at: 1, reason: 'early' })).toEqual([]);
    expect(run.state.status).toBe('new');
  });
});
