import { describe, expect, test } from 'vitest';
import { RunDriver, workflow } from './run-driver.fixture.ts';

const one = (more: object) => workflow([{ ref: 'a', ...more }], { returns: '${{ ACTIONS.a.result }}' });

describe('retry_policy', () => {
  test('a failed attempt is repeated after a growing pause, until the attempts are used up', () => {
    const backoff = { initial: 1, factor: 2, max: 3, jitter: 0 };
    const run = new RunDriver(one({ retry: { maxAttempts: 4, backoff } }));
    run.start();
    const pauses = [];
    for (let attempt = 1; attempt < 4; attempt++) {
      const before = run.now;
      run.fail('a');
      expect(run.step('a')).toMatchObject({ status: 'running', attempts: attempt, error: { code: 'TEST_FAILED' } });
      run.fire();
      pauses.push(run.now - before);
    }
    expect(pauses).toEqual([1000, 2000, 3000]);
    expect(run.running('a').attempt).toBe(4);
    expect(run.fail('a')).toMatchObject([{ type: 'FailRun', errors: [{ ref: 'a', attempt: 4 }] }]);
  });

  test('a success after a failure forgets the error', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 2 } }));
    run.start();
    run.fail('a');
    run.fire();
    run.complete('a', 'fine');
    expect(run.step('a')).toEqual({
      status: 'completed',
      attempts: 2,
      result: 'fine',
      startedAt: 1_700_000_000_000,
      endedAt: run.now,
    });
  });

  test('0 attempts means without limit', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 0 } }));
    run.start();
    for (let attempt = 1; attempt <= 50; attempt++) {
      run.fail('a');
      run.fire();
    }
    expect(run.running('a').attempt).toBe(51);
  });

  test('a timed-out attempt is repeated like a failed one', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 2, timeout: 1.5 } }));
    run.start();
    const { seq, timeoutMs } = run.running('a');
    expect(timeoutMs).toBe(1500);
    run.feed({ type: 'ActionTimedOut', at: run.now, seq, error: { code: 'ACTION_TIMEOUT', message: 'late' } });
    expect(run.fire()).toMatchObject([{ type: 'RunAction', attempt: 2 }]);
  });

  test('an error that will come again is not tried again', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 5 } }));
    run.start();
    expect(run.fail('a', { retry: 'never' })).toMatchObject([{ type: 'FailRun' }]);
  });

  test('an upstream that names a time is not asked before', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 2 } }));
    run.start();
    run.fail('a', { retryAfterMs: 90_000 });
    expect(run.timers()[0]!.fireAt - run.now).toBe(90_000);
  });

  test('the jitter differs between steps and is the same in every replay', () => {
    const delays = () => {
      const run = new RunDriver(
        workflow([
          { ref: 'a', retry: { maxAttempts: 2 } },
          { ref: 'b', retry: { maxAttempts: 2 } },
        ]),
      );
      run.start();
      run.fail('a');
      run.fail('b');
      return run.timers().map((timer) => timer.fireAt - run.now);
    };
    const [a, b] = delays();
    expect(a).not.toBe(b);
    for (const delay of [a!, b!]) expect(Math.abs(delay - 500)).toBeLessThanOrEqual(100);
    expect(delays()).toEqual([a, b]);
  });
});

describe('retry_until', () => {
  test('repeats a successful step until the condition holds, with pauses', () => {
    const run = new RunDriver(
      one({ retry: { maxAttempts: 1, retryUntil: "${{ ACTIONS.a.result.state == 'done' }}" } }),
    );
    run.start();
    run.complete('a', { state: 'busy' });
    expect(run.step('a')).toMatchObject({ status: 'running', rounds: 1 });
    expect(run.fire()).toMatchObject([{ type: 'RunAction', attempt: 1, round: 1 }]);
    run.complete('a', { state: 'busy' });
    run.fire();
    expect(run.complete('a', { state: 'done' })).toEqual([{ type: 'CompleteRun', result: { state: 'done' } }]);
    expect(run.step('a')).toMatchObject({ attempts: 3, rounds: 2 });
  });

  test('each round has its attempts; a failure for good ends the polling and leaves no old result', () => {
    const run = new RunDriver(one({ retry: { maxAttempts: 2, retryUntil: '${{ ACTIONS.a.result }}' } }));
    run.start();
    run.complete('a', false);
    run.fire();
    run.fail('a');
    expect(run.fire()).toMatchObject([{ attempt: 2, round: 1 }]);
    expect(run.fail('a')).toMatchObject([{ type: 'FailRun' }]);
    expect(run.step('a').result).toBeUndefined();
  });

  test('with `for_each` the condition sees the whole list, and all items run again', () => {
    const retryUntil = '${{ ACTIONS.a.result == ["x", "y"] }}';
    const run = new RunDriver(one({ forEach: ['${{ for var.i in [1, 2] }}'], retry: { retryUntil } }));
    run.start();
    run.complete('a', 'x', 0);
    run.complete('a', 'z', 1);
    expect(run.fire()).toMatchObject([
      { item: 0, round: 1 },
      { item: 1, round: 1 },
    ]);
    run.complete('a', 'x', 0);
    run.complete('a', 'y', 1);
    expect(run.state).toMatchObject({ status: 'completed', result: ['x', 'y'] });
  });

  test('a condition that cannot be evaluated fails the step', () => {
    const run = new RunDriver(one({ retry: { retryUntil: '${{ ACTIONS.a.result + 1 }}' } }));
    run.start();
    expect(run.complete('a', 'text')).toMatchObject([{ type: 'FailRun' }]);
  });
});
