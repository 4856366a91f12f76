import { describe, expect, test } from 'vitest';
import { foldEvents, runRecord } from './run-record.ts';
import { runReport } from './run-report.ts';
import { RunDriver, workflow } from './scheduler/run-driver.fixture.ts';

const facts = { workflow: 'wf', version: 3 };

function finished(): RunDriver {
  const steps = [
    { ref: 'a', maskOutput: true },
    { ref: 'b', after: ['a'] },
    { ref: 'c', after: ['b.error'] },
    { ref: 'd', runIf: false },
  ];
  const run = new RunDriver(workflow(steps, { returns: '${{ ACTIONS.c.result || ACTIONS.c.nothing }}' }));
  run.start({ id: 1 });
  run.complete('a', 'private');
  run.now += 1500;
  run.fail('b');
  run.complete('c', 0);
  return run;
}

describe('runRecord', () => {
  test('streams stand beside the steps, which tell where all of them are together', () => {
    const run = new RunDriver(
      workflow([
        { ref: 'each', action: 'core.transform.scatter', args: { collection: [1, 2] }, maskOutput: true },
        { ref: 'work', after: ['each'], maskOutput: true },
        { ref: 'all', action: 'core.transform.gather', args: { items: 1 }, after: ['work'] },
      ]),
    );
    run.start();
    run.completeIn('each:0', 'work', 'private');
    const going = runRecord(run.graph, run.state, facts);
    expect(going.steps['work']).toMatchObject({ status: 'running', attempts: 1 });
    expect(going.streams).toMatchObject({
      'each:0': { status: 'completed', steps: { work: { status: 'completed', result: '***' }, all: { result: 1 } } },
      'each:1': { status: 'running', steps: { work: { status: 'running' }, all: { status: 'waiting' } } },
    });
    run.failIn('each:1', 'work');
    const ended = runRecord(run.graph, run.state, facts);
    expect(ended.steps).toMatchObject({
      each: { status: 'completed', result: '***' },
      work: { status: 'failed', attempts: 1 },
      all: { result: [1] },
    });
    expect(ended.streams!['each:1']).toMatchObject({
      status: 'failed',
      error: { ref: 'work', attempt: 1 },
      steps: { all: { status: 'cancelled' } },
    });
    expect(going.streams!['each:1']!.status).toBe('running');
    expect(runReport(ended).streams!['each:0']).toEqual({
      status: 'completed',
      steps: {
        work: { status: 'completed', result: '***', attempts: 1 },
        all: { status: 'completed', result: 1, attempts: 0 },
      },
    });
  });

  test('tells the whole story, results of `mask_output` hidden', () => {
    const { graph, state } = finished();
    expect(runRecord(graph, state, facts)).toEqual({
      runId: 'run-1',
      workflow: 'wf',
      version: 3,
      status: 'completed',
      triggerType: 'api',
      startedAt: '2023-11-14T22:13:20.000Z',
      endedAt: '2023-11-14T22:13:21.500Z',
      trigger: { id: 1 },
      result: null,
      warnings: [{ code: 'LANGUAGE_PATH_MISSING', message: expect.any(String) }],
      steps: {
        a: expect.objectContaining({ status: 'completed', result: '***' }),
        b: expect.objectContaining({ status: 'failed', error: { code: 'TEST_FAILED', message: 'b broke' } }),
        c: expect.objectContaining({ status: 'completed', result: 0 }),
        d: { status: 'skipped', attempts: 0, endedAt: state.startedAt },
      },
    });
    expect(state.steps[0]!.result).toBe('private');
  });

  test('folding the events again gives the same record', () => {
    const { graph, state, events } = finished();
    expect(runRecord(graph, foldEvents(graph, events), facts)).toEqual(runRecord(graph, state, facts));
  });

  test('a run under way shows its loop, which does not change afterwards', () => {
    const run = new RunDriver(workflow([{ ref: 'a', forEach: ['${{ for var.x in [1, 2] }}'] }]));
    run.start();
    const record = runRecord(run.graph, run.state, facts);
    run.feedWithoutSnapshot({ type: 'ActionCompleted', at: run.now, seq: run.running('a', 0).seq, result: 5 });
    expect(record).toMatchObject({ status: 'running', steps: { a: { loop: { results: [null, null], inFlight: 2 } } } });
  });
});

test('the report of a run is what the command line prints', () => {
  const { graph, state } = finished();
  expect(runReport(runRecord(graph, state, facts))).toEqual({
    status: 'completed',
    result: null,
    steps: {
      a: { status: 'completed', result: '***', attempts: 1 },
      b: { status: 'failed', error: { code: 'TEST_FAILED', message: 'b broke' }, attempts: 1 },
      c: { status: 'completed', result: 0, attempts: 1 },
      d: { status: 'skipped', attempts: 0 },
    },
  });
});
