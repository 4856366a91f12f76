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

describe('scatter', () => {
  test('runs what follows once an item, side by side; the gather keeps the order of the items', () => {
    const run = simple();
    run.start(['a', 'b', 'c']);
    expect(run.inFlight()).toEqual(['each:0/work', 'each:1/work', 'each:2/work']);
    expect(run.actions()[1]).toMatchObject({ stream: 'each:1', action: 1, attempt: 1 });
    run.completeIn('each:2', 'work', 'third');
    run.completeIn('each:0', 'work', 'first');
    expect(run.state.status).toBe('running');
    expect(run.completeIn('each:1', 'work', 'second')).toEqual([
      { type: 'CompleteRun', result: ['first', 'second', 'third'] },
    ]);
    expect(run.statuses()).toEqual({ each: 'completed', work: 'completed', all: 'completed' });
    expect(run.state).toMatchObject({ pending: {}, ready: [], running: 0, remaining: 0, streamCount: 3 });
  });

  test('each stream sees its item as the result of the scatter, and what ran before the scatter', () => {
    const run = new RunDriver(
      workflow(
        [
          { ref: 'base' },
          scatter([1, 2, 3], { after: ['base'] }),
          gather(
            { items: '${{ [ACTIONS.base.result + ACTIONS.each.result, ACTIONS.each.collection_index] }}' },
            { after: ['each'] },
          ),
        ],
        { returns: '${{ [ACTIONS.all.result, ACTIONS.each.result] }}' },
      ),
    );
    run.start();
    expect(run.complete('base', 10)).toEqual([
      {
        type: 'CompleteRun',
        result: [
          [
            [11, 0],
            [12, 1],
            [13, 2],
          ],
          [1, 2, 3],
        ],
      },
    ]);
  });

  test('an empty list and null gather to an empty list; what is in between is skipped', () => {
    for (const trigger of [[], null]) {
      const run = simple();
      expect(run.start(trigger)).toEqual([{ type: 'CompleteRun', result: [] }]);
      expect(run.statuses()).toEqual({ each: 'completed', work: 'skipped', all: 'completed' });
    }
  });

  test('what is no list fails the scatter, and its error edge leads out of the streams', () => {
    const run = simple({}, [{ ref: 'plain', after: ['each.error'] }]);
    run.start({ no: 'list' });
    expect(run.step('each').error).toMatchObject({
      code: 'WORKFLOW_CONTROL_ARGUMENT',
      message: '`collection` of `each` must be a list, not dict.',
    });
    expect(run.inFlight()).toEqual(['plain']);
    run.complete('plain');
    expect(run.statuses()).toEqual({ each: 'failed', work: 'skipped', all: 'skipped', plain: 'completed' });
  });

  test('a scatter that is skipped skips its gather, and what hangs on that', () => {
    const run = new RunDriver(
      workflow([scatter([1], { runIf: false }), work, gather(), { ref: 'end', after: ['all'] }]),
    );
    expect(run.start()).toEqual([{ type: 'CompleteRun', result: null }]);
    expect(run.statuses()).toEqual({ each: 'skipped', work: 'skipped', all: 'skipped', end: 'skipped' });
  });

  test('the interval opens one stream after the other, i × interval after the first', () => {
    const run = new RunDriver(
      workflow([scatter([1, 2, 3], { args: { collection: [1, 2, 3], interval: 0.5 } }), work, gather()]),
    );
    run.start();
    const began = run.now;
    expect(run.inFlight()).toEqual(['each:0/work']);
    run.completeIn('each:0', 'work');
    expect(run.timers().map(({ fireAt }) => fireAt - began)).toEqual([500]);
    run.now += 300;
    run.fire();
    expect(run.inFlight()).toEqual(['each:1/work']);
    expect(run.timers().map(({ fireAt }) => fireAt - began)).toEqual([1000]);
    run.fire();
    expect(run.timers()).toEqual([]);
    run.completeIn('each:2', 'work');
    run.completeIn('each:1', 'work');
    expect(run.state.status).toBe('completed');
  });

  test('streams go through several steps, each at its own pace, with delays, loops over items and error edges of their own', () => {
    const run = new RunDriver(
      workflow(
        [
          scatter([1, 2]),
          { ref: 'first', after: ['each'], startDelay: 1 },
          { ref: 'mend', after: ['first.error'] },
          {
            ref: 'work',
            after: ['first', 'mend'],
            joinStrategy: 'any',
            forEach: ['${{ for var.x in ACTIONS.first.result || [7] }}'],
          },
          gather(),
        ],
        { returns: '${{ ACTIONS.all.result }}' },
      ),
    );
    run.start();
    run.fire();
    run.fire();
    run.completeIn('each:0', 'first', ['x', 'y']);
    run.failIn('each:1', 'first');
    expect(run.inFlight()).toEqual(['each:0/work#0', 'each:0/work#1', 'each:1/mend']);
    run.completeIn('each:1', 'mend');
    for (const { seq, stream, item } of run.actions()) {
      run.feed({ type: 'ActionCompleted', at: run.now, seq, result: `${stream}#${item}` });
    }
    expect(run.state.result).toEqual([['each:0#0', 'each:0#1'], ['each:1#0']]);
    expect(run.step('first', 'each:1')).toMatchObject({ status: 'failed', error: { code: 'TEST_FAILED' } });
  });

  test('attempts of one stream are repeated by themselves', () => {
    const run = new RunDriver(workflow([scatter([1, 2]), { ...work, retry: { maxAttempts: 2 } }, gather()]));
    run.start();
    run.failIn('each:0', 'work');
    run.completeIn('each:1', 'work');
    expect(run.fire()).toMatchObject([{ type: 'RunAction', stream: 'each:0', attempt: 2 }]);
    run.completeIn('each:0', 'work');
    expect(run.state.status).toBe('completed');
  });

  test('without a gather the run waits for all streams, and fails in the end when one did', () => {
    const run = new RunDriver(workflow([scatter([1, 2, 3]), work]));
    run.start();
    run.failIn('each:1', 'work');
    run.completeIn('each:0', 'work');
    expect(run.completeIn('each:2', 'work')).toMatchObject([
      {
        type: 'FailRun',
        error: {
          code: 'WORKFLOW_STREAMS_FAILED',
          message: '1 of 3 streams failed before `each` ended: stream 1, `work`: each:1/work broke (TEST_FAILED)',
          details: { step: 'each' },
        },
      },
    ]);
  });

  test('a failure in a stream cancels what else runs in that stream, and nothing besides', () => {
    const run = new RunDriver(
      workflow([
        scatter([1, 2]),
        { ref: 'a', after: ['each'] },
        { ref: 'b', after: ['each'] },
        { ref: 'c', after: ['each'], startDelay: 9 },
        gather({ items: 1 }, { after: ['a', 'b', 'c'] }),
      ]),
    );
    run.start();
    const cancelled = run.commands.filter(
      (command) => 'seq' in command && run.state.streams['each:0']!.pending.includes(command.seq),
    );
    const seqs = cancelled
      .map((command) => ('seq' in command ? command.seq : 0))
      .filter((seq) => seq !== run.running('a', undefined, 'each:0').seq);
    expect(run.failIn('each:0', 'a')).toEqual(seqs.map((seq) => ({ type: 'CancelAction', seq })));
    expect(run.step('b', 'each:0').status).toBe('cancelled');
    expect(run.inFlight()).toEqual(['each:1/a', 'each:1/b']);
    expect(run.state.running).toBe(2);
  });

  test('a diamond with a skipped branch fails its stream alone', () => {
    const run = new RunDriver(
      workflow(
        [
          scatter([true, false]),
          { ref: 'a', after: ['each'] },
          { ref: 'b', after: ['each'], runIf: '${{ ACTIONS.each.result }}' },
          { ref: 'work', after: ['a', 'b'] },
          gather(),
        ],
        { returns: '${{ [ACTIONS.all.result, ACTIONS.all.error[0].code] }}' },
      ),
    );
    run.start();
    for (const { seq } of run.actions()) run.feed({ type: 'ActionCompleted', at: run.now, seq, result: 1 });
    run.completeIn('each:0', 'work', 'ok');
    expect(run.state.result).toEqual([['ok'], 'WORKFLOW_STEP_UNREACHABLE']);
  });

  test('more streams than a run may hold are refused', () => {
    const run = simple();
    expect(run.start(new Array(20_001).fill(0))).toMatchObject([
      { type: 'FailRun', error: { code: 'WORKFLOW_STREAMS_LIMIT' } },
    ]);
  });
});

describe('scatters in scatters', () => {
  const nested = (more: object = {}) =>
    new RunDriver(
      workflow(
        [
          scatter('${{ TRIGGER }}', { ref: 'outer' }),
          scatter('${{ ACTIONS.outer.result }}', { ref: 'each', after: ['outer'] }),
          work,
          gather(more),
          {
            ref: 'sums',
            action: 'core.transform.gather',
            after: ['all'],
            args: { items: '${{ [ACTIONS.outer.result, ACTIONS.all.result] }}' },
          },
        ],
        { returns: '${{ ACTIONS.sums.result }}' },
      ),
    );

  test('ids are paths; inner gathers belong to their outer stream', () => {
    const run = nested();
    run.start([[1, 2], [], [3]]);
    expect(run.inFlight()).toEqual(['outer:0/each:0/work', 'outer:0/each:1/work', 'outer:2/each:0/work']);
    run.completeIn('outer:2/each:0', 'work', 'c');
    run.completeIn('outer:0/each:1', 'work', 'b');
    run.completeIn('outer:0/each:0', 'work', 'a');
    expect(run.state.result).toEqual([
      [
        [1, 2],
        ['a', 'b'],
      ],
      [[], []],
      [[3], ['c']],
    ]);
    expect(run.state.streams['outer:0/each:1']).toMatchObject({ parent: 'outer:0', item: 1, status: 'completed' });
  });

  test('an inner gather that raises fails its outer stream alone', () => {
    const run = nested({ error_strategy: 'raise' });
    run.start([[1, 2], [3]]);
    run.failIn('outer:0/each:0', 'work');
    run.completeIn('outer:1/each:0', 'work', 'c');
    run.completeIn('outer:0/each:1', 'work', 'b');
    expect(run.state.result).toEqual([[[3], ['c']]]);
    expect(run.step('sums').errors).toMatchObject([
      { ref: 'all', code: 'WORKFLOW_STREAMS_FAILED', stream_id: 'outer:0' },
    ]);
  });

  test('a failure in the outer stream stops the streams inside it', () => {
    const run = new RunDriver(
      workflow([
        scatter([[1, 2]], { ref: 'outer' }),
        { ref: 'beside', after: ['outer'] },
        scatter('${{ ACTIONS.outer.result }}', { after: ['outer'] }),
        work,
        gather({}),
        { ref: 'sums', action: 'core.transform.gather', after: ['all', 'beside'], args: { items: 1 } },
      ]),
    );
    run.start();
    expect(run.inFlight()).toEqual(['outer:0/beside', 'outer:0/each:0/work', 'outer:0/each:1/work']);
    const commands = run.failIn('outer:0', 'beside');
    expect(commands.map(({ type }) => type)).toEqual(['CancelAction', 'CancelAction', 'CompleteRun']);
    expect(run.state.streams['outer:0/each:1']!.status).toBe('cancelled');
    expect(run.step('sums')).toMatchObject({ result: [], errors: [{ ref: 'beside' }] });
  });
});

describe('size', () => {
  test('2,048 items: 64 in flight, time linear', () => {
    const run = simple();
    const items = Array.from({ length: 2048 }, (_, index) => index);
    const started = performance.now();
    run.feedWithoutSnapshot({
      type: 'RunStarted',
      at: run.now,
      runId: 'r',
      trigger: items,
      triggerType: 'api',
      env: {},
    });
    let most = 0;
    for (const _ of items) {
      const [seq] = Object.keys(run.state.pending);
      most = Math.max(most, run.state.running);
      run.feedWithoutSnapshot({ type: 'ActionCompleted', at: run.now, seq: Number(seq), result: Number(seq) });
    }
    expect(most).toBe(64);
    expect(run.state).toMatchObject({ status: 'completed', result: items.map((item) => item + 1) });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
