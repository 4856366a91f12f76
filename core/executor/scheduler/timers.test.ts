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

describe('wait_until', () => {
  const waiting = (waitUntil: string | number, more: object = {}) =>
    new RunDriver(workflow([{ ref: 'a', waitUntil, startDelay: 5, ...more }]));

  test('a step waits until the moment has come, by a timer that survives restarts; it counts more than `start_delay`', () => {
    const run = waiting('2023-11-15T09:00:00Z');
    expect(run.start()).toEqual([{ type: 'StartTimer', seq: 1, fireAt: Date.parse('2023-11-15T09:00:00Z') }]);
    expect(run.step('a').status).toBe('running');
    expect(run.fire()).toMatchObject([{ type: 'RunAction' }]);
  });

  test('phrases count from the moment at which the step could begin', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }, { ref: 'b', after: ['a'], waitUntil: 'in 10 minutes' }]));
    run.start();
    run.now += 5000;
    expect(run.complete('a')).toEqual([{ type: 'StartTimer', seq: 2, fireAt: run.now + 600_000 }]);
  });

  test('expressions may give a date, a text or a number', () => {
    for (const expression of ['${{ TRIGGER }}', '${{ FN.to_datetime(TRIGGER) }}']) {
      const run = waiting(expression);
      expect(run.start('2023-11-15T09:00:00+00:00')).toMatchObject([{ fireAt: Date.parse('2023-11-15T09:00:00Z') }]);
    }
    expect(waiting('${{ TRIGGER }}').start(1_800_000_000)).toMatchObject([{ fireAt: 1_800_000_000_000 }]);
  });

  test('a moment that has passed does not hold the step back', () => {
    expect(waiting('2020-01-01').start()).toMatchObject([{ type: 'RunAction' }]);
  });

  test('what is no moment fails the step', () => {
    for (const found of ['sometime', null, ['now']]) {
      expect(waiting('${{ TRIGGER }}').start(found)).toMatchObject([
        { type: 'FailRun', error: { code: 'WORKFLOW_WAIT_UNTIL_INVALID' } },
      ]);
    }
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
