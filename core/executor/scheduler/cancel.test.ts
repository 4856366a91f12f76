import { describe, expect, test } from 'vitest';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';

function started(...actions: readonly TestAction[]): RunDriver {
  const run = new RunDriver(workflow(actions));
  run.start();
  return run;
}

const cancel = (run: RunDriver, graceMs = 1_000) =>
  run.feed({ type: 'CancelRequested', at: run.now, reason: 'enough', graceMs });
const each = { forEach: ['${{ for var.x in [1, 2, 3] }}'] };

describe('a run that is cancelled', () => {
  test('asks what is in flight to stop, and ends with the last answer', () => {
    const run = started({ ref: 'a' }, { ref: 'b' }, { ref: 'c', after: ['a'] });
    const commands = cancel(run);
    expect(commands.map(({ type }) => type)).toEqual(['CancelAction', 'CancelAction', 'StartTimer']);
    expect(run.statuses()).toEqual({ a: 'running', b: 'running', c: 'cancelled' });
    run.complete('a', 1);
    expect(run.state.status).toBe('running');
    const { seq } = run.running('b');
    const last = run.feed({ type: 'ActionCancelled', at: run.now, seq });
    expect(last.map(({ type }) => type)).toEqual(['CancelAction', 'CancelRun']);
    expect(run.statuses()).toEqual({ a: 'completed', b: 'cancelled', c: 'cancelled' });
    expect(run.step('a').result).toBe(1);
  });

  test('keeps the error of a step that failed all the same, and does not fail for it', () => {
    const run = started({ ref: 'a', retry: { maxAttempts: 5 } });
    cancel(run);
    run.fail('a');
    expect(run.state).toMatchObject({ status: 'cancelled' });
    expect(run.step('a')).toMatchObject({ status: 'failed', error: { code: 'TEST_FAILED' } });
  });

  test('does not wait longer than it was told', () => {
    const run = started({ ref: 'a' });
    cancel(run, 500);
    const before = run.now;
    const commands = run.fire();
    expect(run.now - before).toBe(500);
    expect(commands.map(({ type }) => type)).toEqual(['CancelAction', 'CancelRun']);
    expect(run.step('a').status).toBe('cancelled');
  });

  test('shows a for_each as completed only when each of its items is', () => {
    const whole = started({ ref: 'all', ...each });
    cancel(whole);
    for (const item of [0, 1, 2]) whole.complete('all', item, item);
    expect(whole.step('all')).toMatchObject({ status: 'completed', result: [0, 1, 2] });
    const part = started({ ref: 'all', ...each, forEachConcurrency: 2 });
    cancel(part);
    for (const item of [0, 1]) part.complete('all', item, item);
    expect(part.step('all').status).toBe('cancelled');
    const broken = started({ ref: 'all', ...each });
    cancel(broken);
    for (const item of [0, 1]) broken.complete('all', item, item);
    broken.fail('all', {}, 2);
    expect(broken.step('all')).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_ITEMS_FAILED' } });
    for (const run of [whole, part, broken]) expect(run.state.status).toBe('cancelled');
  });

  test('shows a step that retry_until would have sent back as cancelled', () => {
    const run = started({ ref: 'poll', retry: { retryUntil: '${{ ACTIONS.poll.result }}' } });
    cancel(run);
    run.complete('poll', false);
    expect(run.step('poll')).toMatchObject({ status: 'cancelled' });
    expect(run.state.status).toBe('cancelled');
  });

  test('waits in streams too', () => {
    const run = started(
      { ref: 'items', action: 'core.transform.scatter', args: { collection: [1, 2] } },
      { ref: 'work', after: ['items'] },
      { ref: 'all', action: 'core.transform.gather', after: ['work'], args: { items: 1 } },
    );
    cancel(run);
    run.completeIn('items:0', 'work', 'done');
    expect(run.state.status).toBe('running');
    run.failIn('items:1', 'work');
    expect(run.state.status).toBe('cancelled');
    expect(run.step('work', 'items:0')).toMatchObject({ status: 'completed', result: 'done' });
    expect(run.step('work', 'items:1').status).toBe('failed');
    expect(run.step('all').status).toBe('cancelled');
  });

  test('waits for a run that it has started as long as that takes, and starts none that it had only asked for', () => {
    const subflow = { action: 'core.workflow.execute', args: { workflow: 'w', wait_strategy: 'wait' } };
    const run = started({ ref: 'asked', ...subflow }, { ref: 'begun', ...subflow }, { ref: 'plain' });
    const seqOf = (ref: string) =>
      run.commands.flatMap((one) =>
        one.type === 'StartChild' && run.graph.actions[one.action]!.ref === ref ? [one.seq] : [],
      )[0]!;
    run.feed({ type: 'ChildStarted', at: run.now, seq: seqOf('begun'), runId: 'child' });
    cancel(run);
    expect(run.step('asked').status).toBe('cancelled');
    run.fire();
    expect(run.step('plain').status).toBe('running');
    expect(run.state.status).toBe('running');
    const error = { code: 'WORKFLOW_SUBFLOW_CANCELLED', message: 'cancelled' };
    run.feed({ type: 'ChildFailed', at: run.now, seq: seqOf('begun'), error });
    expect(run.statuses()).toEqual({ asked: 'cancelled', begun: 'cancelled', plain: 'cancelled' });
    expect(run.state.status).toBe('cancelled');
    expect(run.feed({ type: 'ChildStarted', at: run.now, seq: seqOf('asked'), runId: 'late' })).toEqual([]);
  });

  test('as former versions of the host noted it, without any time to wait, ends at once', () => {
    const run = started({ ref: 'a' });
    const commands = run.feed({ type: 'CancelRequested', at: run.now, reason: 'enough' });
    expect(commands.map(({ type }) => type)).toEqual(['CancelAction', 'CancelRun']);
  });
});

describe('a run that waits for its turn', () => {
  test('begins nothing, counts no time, and goes on as any other once it is let in', () => {
    const config = { environment: '${{ TRIGGER.where }}', timeout: 60 };
    const run = new RunDriver(workflow([{ ref: 'a' }], { config }));
    expect(run.start({ where: 'stage' }, { queued: true })).toEqual([]);
    run.now += 3_600_000;
    const commands = run.feed({ type: 'RunAdmitted', at: run.now });
    expect(commands).toMatchObject([{ type: 'StartTimer', fireAt: run.now + 60_000 }, { type: 'RunAction' }]);
    expect(run.state).toMatchObject({ environment: 'stage' });
    expect(run.feed({ type: 'RunAdmitted', at: run.now })).toEqual([]);
    run.complete('a');
    expect(run.state.status).toBe('completed');
  });

  test('ends at once when it is cancelled', () => {
    const run = new RunDriver(workflow([{ ref: 'a' }]));
    run.start({}, { queued: true });
    expect(cancel(run)).toEqual([{ type: 'CancelRun', reason: 'enough' }]);
    expect(run.feed({ type: 'RunAdmitted', at: run.now })).toEqual([]);
    expect(run.statuses()).toEqual({ a: 'cancelled' });
  });
});
