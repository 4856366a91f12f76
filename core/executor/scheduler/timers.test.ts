import { describe, expect, test } from 'vitest';
import { RunDriver, workflow } from './run-driver.fixture.ts';

describe('start_delay', () => {
  test('a step waits out its delay once its turn has come, by a timer that survives restarts', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b', after: ['a'], startDelay: 2.5 }]));
    run.start();
    expect(run.complete('a')).toEqual([{ type: 'StartTimer', seq: 2, fireAt: run.now + 2500 }]);
    expect(run.fire()).toMatchObject([{ type: 'RunAction', action: 1 }]);
  });

  test('a skipped step does not wait', () => {
    const run = new RunDriver(workflow([{ ref: 'a', startDelay: 60, runIf: false }]));
    expect(run.start()).toEqual([{ type: 'CompleteRun', result: null }]);
  });
});

describe('config.timeout', () => {
  const limited = workflow([{ ref: 'a' }], { config: { environment: 'default', timeout: 30 } });

  test('a run that takes too long fails, and what runs is cancelled', () => {
    const run = new RunDriver(limited);
    run.start();
    expect(run.timers()[0]!.fireAt).toBe(run.now + 30_000);
    expect(run.fire()).toMatchObject([
      { type: 'CancelAction' },
      {
        type: 'FailRun',
        error: { code: 'WORKFLOW_RUN_TIMEOUT', message: 'The run took longer than 30 s.' },
        errors: [],
      },
    ]);
    expect(run.statuses()).toEqual({ a: 'cancelled' });
  });

  test('a run that ends in time takes its timer away', () => {
    const run = new RunDriver(limited);
    run.start();
    const timer = run.timers()[0]!.seq;
    expect(run.complete('a')).toEqual([
      { type: 'CancelAction', seq: timer },
      { type: 'CompleteRun', result: null },
    ]);
  });
});
