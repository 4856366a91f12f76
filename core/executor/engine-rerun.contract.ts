import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from '../workflow/workflow-definition.ts';
import { request, type TestWork } from './engine.fixture.ts';
import type { Engine } from './engine.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import type { Journal } from './journal/journal.ts';
import { type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

const RETURNS = { returns: '${{ ACTIONS.c.result }}' };
const a: TestAction = { ref: 'a', args: { value: '${{ TRIGGER.n }}' } };
const b: TestAction = { ref: 'b', after: ['a'], args: { value: '${{ ACTIONS.a.result + 1 }}' } };
const c: TestAction = { ref: 'c', after: ['b'], args: { value: '${{ ACTIONS.b.result * 10 }}' } };
const ABC = workflow([a, b, c], RETURNS);
const LOOPED = workflow([
  { ref: 'items', action: 'core.transform.scatter', args: { collection: [1, 2] } },
  { ref: 'one', after: ['items'], args: { value: '${{ ACTIONS.items.result }}' } },
  { ref: 'all', action: 'core.transform.gather', after: ['one'], args: { items: '${{ ACTIONS.one.result }}' } },
  { ref: 'again', action: 'core.loop.start', after: ['all'] },
  { ref: 'body', after: ['again'] },
  { ref: 'until', action: 'core.loop.end', after: ['body'], args: { condition: false } },
  { ref: 'last', after: ['until'], args: { value: '${{ ACTIONS.all.result }}' } },
]);

/** How every engine repeats runs. */
export function engineRerunContract(open: () => Promise<Journal>): void {
  const { start, stop, run, endLeftovers } = engineHarness(open);
  endLeftovers();

  /** Counts calls by step, with the idempotency keys; steps in `failing` fail. */
  const counting = () => {
    const calls: string[] = [];
    const keys = new Set<string>();
    const failing = new Set<string>();
    const work: TestWork = ({ run: { step, idempotencyKey }, args }) => {
      calls.push(step);
      keys.add(idempotencyKey);
      if (failing.has(step)) throw new Error(`${step} is broken`);
      return args['value'];
    };
    return { calls, keys, failing, work };
  };
  const ended = async (engine: Engine, handle: Promise<{ readonly runId: string }>) =>
    engine.result((await handle).runId);

  test('a retry does what has failed and what comes after, and keeps the rest', async () => {
    const { calls, keys, failing, work } = counting();
    const engine = await start({ work });
    failing.add('b');
    const old = await run(engine, request(ABC, { trigger: { n: 4 } }));
    expect(old).toMatchObject({ status: 'failed', steps: { a: { status: 'completed' }, b: { status: 'failed' } } });
    failing.clear();
    const record = await ended(engine, engine.rerun(old.runId, { from: 'failed', reason: 'repaired' }));
    expect(record).toMatchObject({
      status: 'completed',
      result: 50,
      trigger: { n: 4 },
      triggerType: 'api',
      origin: { runId: old.runId, kind: 'retry', reason: 'repaired' },
      steps: { a: { status: 'completed', kept: true, result: 4 }, b: { result: 5 } },
    });
    expect(calls).toEqual(['a', 'b', 'b', 'c']);
    expect(keys.size).toBe(4);
    expect(await engine.get(old.runId)).toMatchObject({ status: 'failed', reruns: [record.runId] });
    const { items } = await engine.list({ limit: 1 });
    expect(items[0]).toMatchObject({ runId: record.runId, origin: { runId: old.runId, kind: 'retry' } });
    expect(await engine.get(record.runId)).toMatchObject({ origin: { runId: old.runId } });
  });

  test('a re-run begins at a step with what the steps before it gave, also after a restart and from a re-run', async () => {
    const { calls, work } = counting();
    const first = await start({ work });
    const old = await run(first, request(ABC, { trigger: { n: 1 } }));
    await stop(first);
    const engine = await start({ work });
    const second = await ended(engine, engine.rerun(old.runId, { from: { ref: 'b' } }));
    expect(second).toMatchObject({ result: 20, origin: { kind: 'rerun', from: 'b' } });
    const third = await ended(engine, engine.rerun(second.runId, { from: { ref: 'c' } }));
    expect(third).toMatchObject({ result: 20, steps: { a: { kept: true }, b: { kept: true, result: 2 } } });
    expect(calls).toEqual(['a', 'b', 'c', 'b', 'c', 'c']);
  });

  test('a replay does everything again, with the same input or another one, on the definition of then', async () => {
    const { calls, work } = counting();
    const expects = { n: { type: 'int' } };
    const definition = workflow([a, b, c], { ...RETURNS, entrypoint: { expects } });
    const engine = await start({ work });
    const old = await run(engine, request(definition, { trigger: { n: 1 } }));
    expect(await ended(engine, engine.rerun(old.runId))).toMatchObject({
      result: 20,
      origin: { runId: old.runId, kind: 'replay' },
    });
    const edited = await ended(engine, engine.rerun(old.runId, { input: { n: '6' } }));
    expect(edited).toMatchObject({ result: 70, trigger: { n: 6 } });
    expect(calls).toHaveLength(9);
    await expect(engine.rerun(old.runId, { input: { n: 'x' } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('what was masked in the record is kept as it was, and stays masked', async () => {
    const secret = workflow([{ ...a, maskOutput: true }, b, c], RETURNS);
    const { work } = counting();
    const engine = await start({ work });
    const old = await run(engine, request(secret, { trigger: { n: 1 } }));
    const record = await ended(engine, engine.rerun(old.runId, { from: { ref: 'b' } }));
    expect(record).toMatchObject({ result: 20, steps: { a: { kept: true, result: old.steps['a']!.result } } });
    expect(record.steps['a']!.result).not.toBe(1);
  });

  test('a failure that was handled stands when a later step runs again, and runs again itself in a retry', async () => {
    const definition = workflow([
      { ref: 'try' },
      { ref: 'rescue', after: ['try.error'] },
      { ref: 'next', after: ['rescue'] },
    ]);
    const { calls, failing, work } = counting();
    const engine = await start({ work });
    failing.add('try').add('next');
    const old = await run(engine, request(definition));
    failing.clear();
    calls.length = 0;
    const record = await ended(engine, engine.rerun(old.runId, { from: { ref: 'next' } }));
    expect(record).toMatchObject({ status: 'completed', steps: { try: { status: 'failed', kept: true } } });
    expect(calls).toEqual(['next']);
    const retried = await ended(engine, engine.rerun(old.runId, { from: 'failed' }));
    expect(retried.steps).toMatchObject({ try: { status: 'completed' }, rescue: { status: 'skipped' } });
  });

  test('scatters and loops are kept whole, and nothing begins inside them', async () => {
    const { calls, work } = counting();
    const engine = await start({ work });
    const old = await run(engine, request(LOOPED));
    calls.length = 0;
    const record = await ended(engine, engine.rerun(old.runId, { from: { ref: 'again' } }));
    expect(record.steps).toMatchObject({
      one: { status: 'completed', kept: true },
      all: { result: [1, 2], kept: true },
      last: { result: [1, 2] },
    });
    expect(calls).toEqual(['body', 'last']);
    for (const [ref, instead] of [
      ['one', 'items'],
      ['all', 'items'],
      ['body', 'again'],
      ['until', 'again'],
    ]) {
      await expect(engine.rerun(old.runId, { from: { ref: ref! } })).rejects.toMatchObject({
        code: 'RUN_RERUN_STEP_INSIDE',
        message: expect.stringContaining(`\`${instead}\` opens`),
      });
    }
  });

  describe('with the newest version of the workflow', () => {
    const engineWith = async (newest: WorkflowDefinition | undefined) => {
      const { calls, work } = counting();
      const engine = await start({ work, handlers: newest === undefined ? {} : { flow: newest } });
      const old = await run(engine, request(ABC, { workflow: 'flow', trigger: { n: 1 } }));
      calls.length = 0;
      return { engine, calls, runId: old.runId };
    };

    test('kept results serve it where the steps are the same ones', async () => {
      const newest = workflow([a, b, { ...c, args: { value: 'new ${{ ACTIONS.b.result }}' } }, { ref: 'd' }], RETURNS);
      const { engine, calls, runId } = await engineWith(newest);
      const record = await ended(engine, engine.rerun(runId, { from: { ref: 'c' }, version: 'latest' }));
      expect(record).toMatchObject({ result: 'new 2', steps: { d: { status: 'completed' } } });
      expect(calls.toSorted()).toEqual(['c', 'd']);
    });

    test('steps that are gone or do something else are named', async () => {
      const newest = workflow([
        { ...a, action: 'other.action' },
        { ...c, after: ['a'], args: {} },
      ]);
      const { engine, runId } = await engineWith(newest);
      await expect(engine.rerun(runId, { from: { ref: 'c' }, version: 'latest' })).rejects.toMatchObject({
        code: 'RUN_RERUN_INCOMPATIBLE',
        message: expect.stringMatching(/`a`, `b`/),
      });
      expect(await ended(engine, engine.rerun(runId, { from: { ref: 'c' } }))).toMatchObject({ result: 20 });
    });

    test('a workflow that is gone says so', async () => {
      const { engine, runId } = await engineWith(undefined);
      await expect(engine.rerun(runId, { version: 'latest' })).rejects.toMatchObject({ code: 'RUN_RERUN_GONE' });
    });
  });

  describe('is refused, and nothing starts,', () => {
    test('while the run goes on, when nothing has failed, and for what does not exist', async () => {
      const engine = await start({ work: () => new Promise(() => undefined), limits: { shutdownMs: 1 } });
      const { runId } = await engine.start(request(ABC));
      const code = (promise: Promise<unknown>) =>
        promise.then(
          () => 'none',
          (error) => error.code,
        );
      expect(await code(engine.rerun(runId, { from: 'failed' }))).toBe('RUN_RERUN_UNFINISHED');
      expect(await code(engine.rerun(runId, { from: { ref: 'b' } }))).toBe('RUN_RERUN_UNFINISHED');
      await engine.terminate(runId, 'done');
      expect(await code(engine.rerun(runId, { from: { ref: 'bb' } }))).toBe('RUN_RERUN_STEP_UNKNOWN');
      expect(await code(engine.rerun('00000000-0000-7000-8000-000000000000'))).toBe('RUN_NOT_FOUND');
      await stop(engine);
      const other = await start({ work: () => 1 });
      const done = await run(other, request(workflow([{ ref: 'x' }])));
      expect(await code(other.rerun(done.runId, { from: 'failed' }))).toBe('RUN_RERUN_NOTHING_FAILED');
      expect((await other.get(done.runId))!.reruns).toBeUndefined();
    });
  });

  test('the same idempotency key gives the same new run', async () => {
    const engine = await start();
    const old = await run(engine, request(ABC, { workflow: crypto.randomUUID(), trigger: { n: 1 } }));
    const [first, second] = [
      await engine.rerun(old.runId, { idempotencyKey: 'once' }),
      await engine.rerun(old.runId, { idempotencyKey: 'once' }),
    ];
    expect(second).toEqual({ runId: first.runId, existing: true });
  });
}
