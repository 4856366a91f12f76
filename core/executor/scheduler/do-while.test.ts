import { describe, expect, test } from 'vitest';
import { RunDriver, type TestAction, workflow } from './run-driver.fixture.ts';

const start = (ref: string, more: Partial<TestAction> = {}): TestAction => ({
  ref,
  action: 'core.loop.start',
  ...more,
});
const end = (ref: string, condition: unknown, more: Partial<TestAction> & { max?: number } = {}): TestAction => {
  const { max, ...rest } = more;
  const args = { condition, ...(max !== undefined && { max_iterations: max }) };
  return { ref, action: 'core.loop.end', args, ...rest };
};

describe('do-while', () => {
  const fetching = () =>
    workflow(
      [
        start('again'),
        { ref: 'fetch', after: ['again'] },
        end('more', '${{ ACTIONS.fetch.result.next }}', { after: ['fetch'] }),
        { ref: 'after', after: ['more'] },
      ],
      { returns: '${{ [ACTIONS.again.result, ACTIONS.fetch.result, ACTIONS.more.result] }}' },
    );

  test('runs once and then again while the condition holds; the last results stand', () => {
    const run = new RunDriver(fetching());
    run.start();
    expect(run.step('again').result).toEqual({ iteration: 0 });
    expect(run.complete('fetch', { next: 'p2' })).toMatchObject([
      { type: 'RunAction', action: 1, pass: 1, attempt: 1 },
    ]);
    expect(run.step('again').result).toEqual({ iteration: 1 });
    expect(run.step('more')).toMatchObject({ status: 'waiting', result: { continue: true } });
    run.complete('fetch', { next: 'p3' });
    run.complete('fetch', { next: null });
    expect(run.inFlight()).toEqual(['after']);
    expect(run.complete('after')).toEqual([
      { type: 'CompleteRun', result: [{ iteration: 2 }, { next: null }, { continue: false }] },
    ]);
    expect(run.state).toMatchObject({ remaining: 0, pending: {}, ready: [] });
  });

  test('a step can read what it gave in the iteration before', () => {
    const definition = fetching();
    const run = new RunDriver({
      ...definition,
      actions: definition.actions.map((action) =>
        action.ref === 'fetch' ? { ...action, runIf: '${{ ACTIONS.fetch.result.next != "stop" }}' } : action,
      ),
    });
    run.start();
    run.complete('fetch', { next: 'p2' });
    run.complete('fetch', { next: 'stop' });
    expect(run.step('fetch')).toMatchObject({ status: 'skipped', result: { next: 'stop' } });
    expect(run.step('more').status).toBe('skipped');
  });

  test('a step that an iteration skips keeps what it gave before', () => {
    const run = new RunDriver(
      workflow(
        [
          start('again'),
          { ref: 'once', after: ['again'], runIf: '${{ ACTIONS.again.result.iteration == 0 }}' },
          { ref: 'work', after: ['again'] },
          end('more', '${{ ACTIONS.again.result.iteration < 2 }}', { after: ['once', 'work'], joinStrategy: 'any' }),
        ],
        { returns: '${{ [ACTIONS.once.result, ACTIONS.work.result] }}' },
      ),
    );
    run.start();
    run.complete('once', 'kept');
    for (const result of [1, 2, 3]) run.complete('work', result);
    expect(run.state.result).toEqual(['kept', 3]);
    expect(run.step('once').status).toBe('skipped');
  });

  test('a condition that holds too long fails the loop; its error edge is followed', () => {
    const run = new RunDriver(
      workflow([
        start('again'),
        { ref: 'work', after: ['again'] },
        end('more', true, { after: ['work'], max: 2 }),
        { ref: 'enough', after: ['more.error'] },
      ]),
    );
    run.start();
    run.complete('work');
    run.complete('work');
    expect(run.step('more').error).toMatchObject({
      code: 'WORKFLOW_LOOP_LIMIT',
      message: expect.stringContaining('after 2 iterations'),
    });
    expect(run.inFlight()).toEqual(['enough']);
  });

  test('`max_iterations` is 100 unless it says otherwise, and must be a whole number up to 2048', () => {
    const run = new RunDriver(workflow([start('again'), end('more', true, { after: ['again'] })]));
    expect(run.start()).toMatchObject([
      { type: 'FailRun', error: { code: 'WORKFLOW_LOOP_LIMIT', message: expect.stringContaining('100') } },
    ]);
    const wrong = workflow([start('again'), end('more', true, { after: ['again'], max: 2049 })]);
    expect(new RunDriver(wrong).start()).toMatchObject([
      { type: 'FailRun', error: { code: 'WORKFLOW_CONTROL_ARGUMENT' } },
    ]);
  });

  test('failures inside go along error edges in every iteration, and are forgotten by the next success', () => {
    const run = new RunDriver(
      workflow([
        start('again'),
        { ref: 'work', after: ['again'] },
        { ref: 'mend', after: ['work.error'] },
        end('more', '${{ ACTIONS.again.result.iteration < 1 }}', { after: ['work', 'mend'], joinStrategy: 'any' }),
      ]),
    );
    run.start();
    run.fail('work');
    run.complete('mend');
    run.complete('work');
    expect(run.state.status).toBe('completed');
    expect(run.statuses()).toMatchObject({ work: 'completed', mend: 'skipped' });
    expect(run.step('work').error).toBeUndefined();
    expect(run.step('mend').result).toBe('mend done');
  });

  test('a loop whose start is skipped does not run; what hangs on its end is skipped too', () => {
    const definition = fetching();
    const [first, ...others] = definition.actions;
    const run = new RunDriver({ ...definition, returns: null, actions: [{ ...first!, runIf: false }, ...others] });
    run.start();
    expect(run.statuses()).toEqual({ again: 'skipped', fetch: 'skipped', more: 'skipped', after: 'skipped' });
  });

  test('a delay of the start lies between the iterations', () => {
    const run = new RunDriver(
      workflow([
        start('again', { startDelay: 5 }),
        end('more', '${{ ACTIONS.again.result.iteration < 1 }}', { after: ['again'] }),
      ]),
    );
    run.start();
    expect(run.fire()).toMatchObject([{ type: 'StartTimer', fireAt: run.now + 5000 }]);
    expect(run.fire()).toMatchObject([{ type: 'CompleteRun' }]);
  });

  test('loops in loops: the inner one counts from 0 again', () => {
    const run = new RunDriver(
      workflow(
        [
          start('outer'),
          start('inner', { after: ['outer'] }),
          { ref: 'work', after: ['inner'] },
          end('inner_end', '${{ ACTIONS.inner.result.iteration < 1 }}', { after: ['work'] }),
          { ref: 'between', after: ['inner_end'] },
          end('outer_end', '${{ ACTIONS.outer.result.iteration < 1 }}', { after: ['between'] }),
        ],
        { returns: '${{ ACTIONS.work.result }}' },
      ),
    );
    run.start();
    const passes: unknown[] = [];
    for (const ref of ['work', 'work', 'between', 'work', 'work', 'between']) {
      passes.push([ref, run.running(ref).pass, (run.step('inner').result as any).iteration]);
      run.complete(ref, ref);
    }
    expect(passes).toEqual([
      ['work', undefined, 0],
      ['work', 1, 1],
      ['between', undefined, 1],
      ['work', 2, 0],
      ['work', 3, 1],
      ['between', 1, 1],
    ]);
    expect(run.state).toMatchObject({ status: 'completed', remaining: 0 });
  });
});

describe('loops and scatters', () => {
  test('a scatter in a loop opens new streams in every iteration, under ids of their own', () => {
    const run = new RunDriver(
      workflow(
        [
          start('again'),
          { ref: 'each', action: 'core.transform.scatter', args: { collection: [1, 2] }, after: ['again'] },
          { ref: 'work', after: ['each'] },
          {
            ref: 'all',
            action: 'core.transform.gather',
            args: { items: '${{ ACTIONS.work.result }}' },
            after: ['work'],
          },
          end('more', '${{ ACTIONS.again.result.iteration < 1 }}', { after: ['all'] }),
        ],
        { returns: '${{ ACTIONS.all.result }}' },
      ),
    );
    run.start();
    run.completeIn('each:0', 'work', 'a');
    run.completeIn('each:1', 'work', 'b');
    expect(run.step('all').result).toEqual(['a', 'b']);
    expect(run.inFlight()).toEqual(['each@1:0/work', 'each@1:1/work']);
    expect(Object.keys(run.state.streams)).toEqual(['each@1:0', 'each@1:1']);
    run.completeIn('each@1:1', 'work', 'd');
    run.completeIn('each@1:0', 'work', 'c');
    expect(run.state.result).toEqual(['c', 'd']);
    expect(run.state.streamCount).toBe(2);
  });

  test('a loop in a scatter goes round in every stream by itself', () => {
    const run = new RunDriver(
      workflow(
        [
          { ref: 'each', action: 'core.transform.scatter', args: { collection: [1, 3] } },
          start('again', { after: ['each'] }),
          { ref: 'work', after: ['again'] },
          end('more', '${{ ACTIONS.again.result.iteration + 1 < ACTIONS.work.result }}', { after: ['work'] }),
          {
            ref: 'all',
            action: 'core.transform.gather',
            args: { items: '${{ ACTIONS.again.result.iteration }}' },
            after: ['more'],
          },
        ],
        { returns: '${{ ACTIONS.all.result }}' },
      ),
    );
    run.start();
    run.completeIn('each:0', 'work', 1);
    for (let i = 0; i < 3; i++) run.completeIn('each:1', 'work', 3);
    expect(run.state.result).toEqual([0, 2]);
  });
});

describe('size', () => {
  test('2,048 iterations, time linear', () => {
    const run = new RunDriver(
      workflow([
        start('again'),
        { ref: 'work', after: ['again'] },
        end('more', '${{ ACTIONS.work.result < 2048 }}', { after: ['work'], max: 2048 }),
      ]),
    );
    run.start();
    const began = performance.now();
    for (let i = 1; i <= 2048; i++) {
      const [seq] = Object.keys(run.state.pending);
      run.feedWithoutSnapshot({ type: 'ActionCompleted', at: run.now, seq: Number(seq), result: i });
    }
    expect(run.state.status).toBe('completed');
    expect(run.step('again').result).toEqual({ iteration: 2047 });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('what waits for an error of the start beside another step waits for that one, however often the loop goes round', () => {
    const run = new RunDriver(
      workflow([
        start('again'),
        { ref: 'work', after: ['again'] },
        end('more', '${{ ACTIONS.again.result.iteration < 2 }}', { after: ['work'] }),
        { ref: 'other' },
        { ref: 'both', after: ['again.error', 'other'], joinStrategy: 'any' },
      ]),
    );
    run.start();
    for (let turn = 0; turn < 3; turn++) run.complete('work');
    expect(run.step('both').status).toBe('waiting');
    run.complete('other');
    run.complete('both');
    expect(run.state.status).toBe('completed');
  });

  test('a loop that only turns goes through a timer now and then, so that one event never holds up the host', () => {
    const run = new RunDriver(
      workflow([
        start('outer'),
        start('inner', { after: ['outer'] }),
        end('inner_end', true, { after: ['inner'], max: 2048 }),
        { ref: 'stop', after: ['inner_end.error'] },
        end('outer_end', true, { after: ['stop'] }),
      ]),
    );
    expect(run.start()).toEqual([{ type: 'StartTimer', seq: 1, fireAt: run.now }]);
    expect(run.step('inner').iteration).toBe(257);
  });
});
