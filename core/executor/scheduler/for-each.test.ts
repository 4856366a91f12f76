import { describe, expect, test } from 'vitest';
import { RunDriver, workflow } from './run-driver.fixture.ts';

const each = (list: string, more: object = {}) =>
  workflow([{ ref: 'a', forEach: [`\${{ for var.x in ${list} }}`], ...more }], {
    returns: '${{ ACTIONS.a.result }}',
  });

describe('for_each', () => {
  test('runs a window of four items and gives the results in the order of the items', () => {
    const run = new RunDriver(each('[10, 20, 30, 40, 50, 60]'));
    run.start();
    expect(run.inFlight()).toEqual(['a#0', 'a#1', 'a#2', 'a#3']);
    run.complete('a', 'third', 2);
    expect(run.inFlight()).toEqual(['a#0', 'a#1', 'a#3', 'a#4']);
    run.complete('a', 'fifth', 4);
    for (const item of [5, 3, 1, 0]) run.complete('a', `item ${item}`, item);
    expect(run.state.result).toEqual(['item 0', 'item 1', 'third', 'item 3', 'fifth', 'item 5']);
    expect(run.step('a').loop).toBeUndefined();
  });

  test('the window can be set', () => {
    const run = new RunDriver(each('[1, 2, 3]', { forEachConcurrency: 1 }));
    run.start();
    expect(run.inFlight()).toEqual(['a#0']);
    run.complete('a', null, 0);
    expect(run.inFlight()).toEqual(['a#1']);
  });

  test('an empty list completes at once with an empty result', () => {
    const run = new RunDriver(each('TRIGGER.list'));
    expect(run.start({ list: [] })).toEqual([{ type: 'CompleteRun', result: [] }]);
  });

  test('something that is no list fails the step', () => {
    const run = new RunDriver(each('TRIGGER.list'));
    expect(run.start({ list: 5 })).toMatchObject([{ type: 'FailRun', error: { code: 'LANGUAGE_NOT_ITERABLE' } }]);
  });

  test('several iterators go side by side until the shortest ends; dates become text', () => {
    const forEach = ['${{ for var.x in [1, 2, 3] }}', '${{ for var.pair.y in ["one", ENV.workflow.start_time] }}'];
    const run = new RunDriver(workflow([{ ref: 'a', forEach }]));
    run.start();
    expect(run.step('a').loop!.items).toEqual([
      { x: 1, pair: { y: 'one' } },
      { x: 2, pair: { y: '2023-11-14T22:13:20+00:00' } },
    ]);
  });

  test('every item is carried out although some fail; the error names those', () => {
    const run = new RunDriver(each('[1, 2, 3, 4, 5]', { forEachConcurrency: 2 }));
    run.start();
    run.complete('a', 1, 0);
    run.fail('a', { message: 'no route' }, 2);
    run.fail('a', { message: 'refused' }, 1);
    run.complete('a', 4, 3);
    expect(run.complete('a', 5, 4)).toMatchObject([
      {
        type: 'FailRun',
        error: {
          code: 'WORKFLOW_ITEMS_FAILED',
          message: '2 of 5 items of `a` failed: item 1: refused (TEST_FAILED); item 2: no route (TEST_FAILED)',
          details: {
            step: 'a',
            failed: 2,
            total: 5,
            items: [
              { item: 1, code: 'TEST_FAILED', message: 'refused' },
              { item: 2, code: 'TEST_FAILED', message: 'no route' },
            ],
          },
        },
      },
    ]);
  });

  test('an item is tried again by itself', () => {
    const run = new RunDriver(each('[1, 2]', { retry: { maxAttempts: 2 } }));
    run.start();
    run.fail('a', {}, 0);
    run.complete('a', 'b', 1);
    expect(run.inFlight()).toEqual([]);
    expect(run.fire()).toMatchObject([{ type: 'RunAction', item: 0, attempt: 2 }]);
    run.complete('a', 'a', 0);
    expect(run.state).toMatchObject({ status: 'completed', result: ['a', 'b'] });
    expect(run.step('a').attempts).toBe(2);
  });

  test('ten thousand items: the window stays small, the time linear', () => {
    const run = new RunDriver(each('TRIGGER'));
    run.start(Array.from({ length: 10_000 }, (_, index) => index));
    let most = 0;
    for (let item = 0; item < 10_000; item++) {
      const [seq] = Object.keys(run.state.pending);
      most = Math.max(most, Object.keys(run.state.pending).length);
      run.feedWithoutSnapshot({ type: 'ActionCompleted', at: run.now, seq: Number(seq), result: item });
    }
    expect(most).toBe(4);
    expect(run.state.status).toBe('completed');
    expect((run.state.result as number[])[9_999]).toBe(9_999);
  });
});
