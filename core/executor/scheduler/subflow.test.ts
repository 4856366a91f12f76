import { describe, expect, test } from 'vitest';
import type { StartChild } from './command.ts';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';

const call = (args: object, more: Partial<TestAction> = {}): TestAction => {
  return { ref: 'call', action: 'core.workflow.execute', args: { workflow: 'other', ...args }, ...more };
};
const forEach = (count: number) => ({ forEach: [`\${{ for var.x in FN.range(0, ${count}) }}`] });
const returns = '${{ ACTIONS.call.result }}';

function driver(...actions: TestAction[]): RunDriver {
  return new RunDriver(workflow(actions, { returns }));
}

function asked(run: RunDriver): StartChild[] {
  return run.commands
    .filter((command) => command.type === 'StartChild')
    .filter(({ seq }) => (run.state.pending[seq] as { runId?: string } | undefined) !== undefined);
}

/** Answers the run that was asked for with this input or item. */
function answer(run: RunDriver, child: StartChild, end: 'started' | 'completed' | 'failed', value: unknown = 'done') {
  const base = { at: ++run.now, seq: child.seq };
  if (end === 'started') return run.feed({ type: 'ChildStarted', ...base, runId: `child-${child.seq}` });
  if (end === 'completed') return run.feed({ type: 'ChildCompleted', ...base, result: value });
  return run.feed({ type: 'ChildFailed', ...base, error: { code: 'CHILD_BROKE', message: 'it broke' } });
}

describe('a single run', () => {
  test('without a word is left to itself: the step has its id as soon as it has started', () => {
    const run = driver(call({ trigger_inputs: { a: '${{ TRIGGER.b }}' } }));
    run.start({ b: 7 });
    expect(run.commands).toEqual([
      {
        type: 'StartChild',
        seq: 1,
        action: 0,
        attempt: 1,
        at: run.state.now,
        workflow: 'other',
        input: { a: 7 },
        wait: false,
      },
    ]);
    answer(run, asked(run)[0]!, 'started');
    expect(run.state).toMatchObject({ status: 'completed', result: { run_id: 'child-1' }, running: 0, pending: {} });
  });

  test('is waited for when the step says so, and duplicates change nothing', () => {
    const run = driver(call({ wait_strategy: 'wait', version: 2, environment: 'prod', timeout: 1.5 }));
    run.start();
    const [child] = asked(run);
    expect(child).toMatchObject({ version: 2, environment: 'prod', timeoutMs: 1500, wait: true });
    answer(run, child!, 'started');
    expect(run.state.status).toBe('running');
    expect(run.state.pending[1]).toMatchObject({ runId: 'child-1' });
    run.feed({ type: 'ChildStarted', at: run.now, seq: 1, runId: 'another' });
    expect(run.state.pending[1]).toMatchObject({ runId: 'child-1' });
    answer(run, child!, 'completed', 42);
    expect(answer(run, child!, 'completed', 43)).toEqual([]);
    expect(run.state).toMatchObject({ status: 'completed', result: 42 });
  });

  test('that fails is the failure of the step, after its attempts; then its error edge', () => {
    const run = driver(call({ wait_strategy: 'wait' }, { retry: { maxAttempts: 2 } }), {
      ref: 'after',
      after: ['call.error'],
      args: {},
    });
    run.start();
    answer(run, asked(run)[0]!, 'failed');
    run.fire();
    expect(asked(run)).toMatchObject([{ attempt: 2 }]);
    answer(run, asked(run)[0]!, 'failed');
    expect(run.step('call')).toMatchObject({ status: 'failed', attempts: 2, error: { code: 'CHILD_BROKE' } });
    expect(run.inFlight()).toEqual(['after']);
  });

  test('with arguments that make no sense fails at once', () => {
    const codes = [
      { workflow: '' },
      { workflow: '${{ TRIGGER.none }}' },
      { version: '${{ 0 }}' },
      { timeout: '${{ -1 }}' },
      { environment: '${{ 5 }}' },
      { wait_strategy: '${{ "maybe" }}' },
      { trigger_inputs: '${{ 1 / 0 }}' },
    ].map((args) => {
      const run = driver(call(args));
      run.start();
      expect(run.state.status).toBe('failed');
      return run.state.error!.code;
    });
    expect(codes.slice(0, 6)).toEqual([
      'WORKFLOW_CONTROL_ARGUMENT',
      'WORKFLOW_SUBFLOW_TARGET',
      ...new Array(4).fill('WORKFLOW_CONTROL_ARGUMENT'),
    ]);
  });

  test('takes the environment of the action when its arguments name none', () => {
    const run = driver(call({}, { environment: '${{ TRIGGER }}' }));
    run.start('stage');
    expect(asked(run)).toMatchObject([{ environment: 'stage' }]);
    const wrong = driver(call({}, { environment: '${{ 3 }}' }));
    wrong.start();
    expect(wrong.state.error).toMatchObject({ code: 'WORKFLOW_ENVIRONMENT_INVALID' });
  });

  test('is given up when the run is cancelled', () => {
    const run = driver(call({ wait_strategy: 'wait' }));
    run.start();
    answer(run, asked(run)[0]!, 'started');
    const commands = run.feed({ type: 'CancelRequested', at: run.now, reason: 'enough' });
    expect(commands).toEqual([
      { type: 'CancelAction', seq: 1 },
      { type: 'CancelRun', reason: 'enough' },
    ]);
  });

  test('starts no longer than its caller allows, and keeps the time of its caller', () => {
    const run = driver({ ref: 'call', args: {} });
    run.start({}, { timeoutMs: 2000, timeAnchor: 5 });
    expect(run.timers()).toMatchObject([{ fireAt: run.now + 2000 }]);
    run.fire();
    expect(run.state.error).toMatchObject({ code: 'WORKFLOW_RUN_TIMEOUT', message: expect.stringContaining('2 s') });
  });
});

describe('a run for every item', () => {
  test('in batches: the next ones begin when all of a batch have ended', () => {
    const run = driver(call({ batch_size: 3, trigger_inputs: '${{ var.x }}' }, forEach(5)));
    run.start();
    expect(asked(run).map(({ input, wait }) => [input, wait])).toEqual([0, 1, 2].map((input) => [input, true]));
    answer(run, asked(run)[2]!, 'completed', 'c');
    answer(run, asked(run)[0]!, 'completed', 'a');
    expect(asked(run).map(({ item }) => item)).toEqual([1]);
    answer(run, asked(run)[0]!, 'completed', 'b');
    expect(asked(run).map(({ item }) => item)).toEqual([3, 4]);
    for (const child of asked(run)) answer(run, child, 'completed', child.input);
    expect(run.state.result).toEqual(['a', 'b', 'c', 3, 4]);
  });

  test('in parallel: as soon as one ends the next begins', () => {
    const run = driver(call({ loop_strategy: 'parallel' }, forEach(100)));
    run.start();
    expect(asked(run)).toHaveLength(48);
    answer(run, asked(run)[7]!, 'completed');
    expect(asked(run)).toHaveLength(48);
    expect(asked(run).at(-1)).toMatchObject({ item: 48 });
  });

  test('one after the other', () => {
    const run = driver(call({ loop_strategy: 'sequential', wait_strategy: 'wait' }, forEach(3)));
    run.start();
    for (const item of [0, 1, 2]) {
      expect(asked(run)).toMatchObject([{ item }]);
      answer(run, asked(run)[0]!, 'completed', item);
    }
    expect(run.state.result).toEqual([0, 1, 2]);
  });

  test('isolated: errors stand where results would', () => {
    const run = driver(call({}, forEach(2)));
    run.start();
    const [first, second] = asked(run);
    answer(run, first!, 'failed');
    answer(run, second!, 'completed');
    expect(run.state).toMatchObject({ status: 'completed' });
    expect(run.state.result).toEqual([{ is_error: true, type: 'CHILD_BROKE', message: 'it broke' }, 'done']);
  });

  test('all: nothing more begins after a failure, and the step fails when the others have ended', () => {
    const run = driver(call({ fail_strategy: 'all', batch_size: 2 }, forEach(5)));
    run.start();
    const [first, second] = asked(run);
    answer(run, first!, 'failed');
    expect(run.state.status).toBe('running');
    answer(run, second!, 'completed');
    expect(run.state.error).toMatchObject({
      code: 'WORKFLOW_SUBFLOWS_FAILED',
      message: expect.stringContaining('1 of the 5 runs of `call` failed, and 3 were not begun: item 0: it broke'),
    });
  });

  test('whose arguments break counts as failed, whatever the number', () => {
    const run = driver(call({ workflow: '${{ var.x.name }}', loop_strategy: 'sequential' }, forEach(5000)));
    run.start();
    expect(run.state.status).toBe('completed');
    expect(run.state.result).toHaveLength(5000);
    expect((run.state.result as object[])[4999]).toMatchObject({ is_error: true, type: 'WORKFLOW_SUBFLOW_TARGET' });
  });

  test('detached: a list of ids', () => {
    const run = driver(call({ wait_strategy: 'detach' }, forEach(2)));
    run.start();
    for (const child of asked(run)) answer(run, child, 'started');
    expect(run.state.result).toEqual([{ run_id: 'child-1' }, { run_id: 'child-2' }]);
  });

  test('of an empty list is nothing, and wrong options fail the step', () => {
    const none = driver(call({}, forEach(0)));
    none.start();
    expect(none.state.result).toEqual([]);
    const wrong = [{ loop_strategy: '${{ 1 }}' }, { fail_strategy: '${{ 1 }}' }, { batch_size: '${{ 0 }}' }];
    for (const args of wrong) {
      const run = driver(call(args, forEach(1)));
      run.start();
      expect(run.state.error).toMatchObject({ code: 'WORKFLOW_CONTROL_ARGUMENT' });
    }
  });

  test('in a stream that fails is given up with it', () => {
    const run = new RunDriver(
      workflow(
        [
          { ref: 'each', action: 'core.transform.scatter', args: { collection: [1] } },
          call({ wait_strategy: 'wait' }, { after: ['each'] }),
          { ref: 'broken', after: ['each'] },
          { ref: 'all', action: 'core.transform.gather', args: { items: 1 }, after: ['call', 'broken'] },
        ],
        { returns: '${{ ACTIONS.all.result }}' },
      ),
    );
    run.start();
    const [child] = asked(run);
    expect(child).toMatchObject({ stream: 'each:0' });
    expect(run.failIn('each:0', 'broken')).toContainEqual({ type: 'CancelAction', seq: child!.seq });
    expect(run.state).toMatchObject({ status: 'completed', running: 0 });
  });
});
