import { describe, expect, test } from 'vitest';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';

const scatter = (collection: unknown = '${{ TRIGGER }}', more: Partial<TestAction> = {}): TestAction => {
  return { ref: 'each', action: 'core.transform.scatter', args: { collection }, ...more };
};
const gather = (args: object = {}, more: Partial<TestAction> = {}): TestAction => {
  const items = '${{ ACTIONS.work.result }}';
  return { ref: 'all', action: 'core.transform.gather', args: { items, ...args }, after: ['work'], ...more };
};
const work: TestAction = { ref: 'work', after: ['each'] };

const simple = (args: object = {}, more: readonly TestAction[] = []) =>
  new RunDriver(workflow([scatter(), work, gather(args), ...more], { returns: '${{ ACTIONS.all.result }}' }));

describe('gather', () => {
  const outcomes = (args: object) => {
    const run = simple(args, [{ ref: 'rescue', after: ['all.error'] }]);
    run.start([1, 2, 3, 4]);
    run.completeIn('each:0', 'work', 'one');
    run.failIn('each:1', 'work');
    run.completeIn('each:2', 'work', null);
    run.completeIn('each:3', 'work', 'four');
    return run;
  };
  const error = {
    ref: 'work',
    attempt: 1,
    type: 'TEST_FAILED',
    code: 'TEST_FAILED',
    message: 'each:1/work broke',
    stream_id: 'each:1',
    collection_index: 1,
  };

  test('`partition`, the default: results and errors stand side by side', () => {
    const run = outcomes({});
    expect(run.step('all')).toMatchObject({ status: 'completed', result: ['one', null, 'four'], errors: [error] });
  });

  test('errors of a partition can be read', () => {
    const run = new RunDriver(
      workflow([scatter([1]), work, gather()], {
        returns: '${{ [ACTIONS.all.result, ACTIONS.all.error[0].ref, ACTIONS.all.error_typename] }}',
      }),
    );
    run.start();
    run.failIn('each:0', 'work');
    expect(run.state.result).toEqual([[], 'work', 'list']);
  });

  test('`include` puts the errors where the results would be', () => {
    expect(outcomes({ error_strategy: 'include' }).step('all').result).toEqual(['one', error, null, 'four']);
  });

  test('`drop` leaves them out, `drop_nulls` what is null', () => {
    const run = outcomes({ error_strategy: 'drop', drop_nulls: true });
    expect(run.step('all')).toMatchObject({ result: ['one', 'four'] });
    expect(run.step('all').errors).toBeUndefined();
  });

  test('`raise` fails the gather once all streams have ended; its error edge is followed', () => {
    const run = outcomes({ error_strategy: 'raise' });
    expect(run.step('all')).toMatchObject({
      status: 'failed',
      error: {
        code: 'WORKFLOW_STREAMS_FAILED',
        details: { failed: 1, total: 4, streams: [{ index: 1, ref: 'work' }] },
      },
    });
    expect(run.inFlight()).toEqual(['rescue']);
  });

  test('streams in which the way to the gather was skipped are left out', () => {
    const run = new RunDriver(
      workflow([scatter([1, 2, 3]), { ...work, runIf: '${{ ACTIONS.each.result != 2 }}' }, gather()], {
        returns: '${{ ACTIONS.all.result }}',
      }),
    );
    run.start();
    expect(run.inFlight()).toEqual(['each:0/work', 'each:2/work']);
    run.completeIn('each:2', 'work', 'c');
    run.completeIn('each:0', 'work', 'a');
    expect(run.state.result).toEqual(['a', 'c']);
  });

  test('`items` that cannot be evaluated is an error of that stream', () => {
    const run = new RunDriver(
      workflow([scatter([1, 0]), gather({ items: '${{ 4 / ACTIONS.each.result }}' }, { after: ['each'] })]),
    );
    run.start();
    expect(run.step('all')).toMatchObject({ status: 'completed', errors: [{ ref: 'all', collection_index: 1 }] });
    expect(run.step('all').result).toHaveLength(1);
  });

  test('a strategy that does not exist fails the gather', () => {
    const run = outcomes({ error_strategy: '${{ TRIGGER[0] }}' });
    expect(run.step('all').error).toMatchObject({ code: 'WORKFLOW_CONTROL_ARGUMENT' });
  });
});
