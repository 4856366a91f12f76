import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from '../workflow/workflow-definition.ts';
import { chain, gate, request, type TestWork } from './engine.fixture.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import type { Journal } from './journal/journal.ts';
import { type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

/** Gives its trigger back, by way of one action. */
export const ECHO = workflow([{ ref: 'say', args: { value: '${{ TRIGGER }}' } }], {
  returns: '${{ ACTIONS.say.result }}',
});

/** A workflow with one step, `call`, that runs another. */
export function caller(args: object, more: Partial<TestAction> = {}, rest: Partial<WorkflowDefinition> = {}) {
  const call = { ref: 'call', action: 'core.workflow.execute', args: { workflow: 'echo', ...args }, ...more };
  return workflow([call], { returns: '${{ ACTIONS.call.result }}', ...rest });
}

export const each = (count: number) => ({ forEach: [`\${{ for var.x in FN.range(0, ${count}) }}`] });
const WAIT = { wait_strategy: 'wait' };

/** Never ends by itself. */
export const stuck: TestWork = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** What every engine does with runs that ask for other runs. */
export function engineSubflowContract(open: () => Promise<Journal>): void {
  const { start, run, collect } = engineHarness(open);

  describe('subflows', () => {
    test('that are waited for give what they return; both runs know each other', async () => {
      const engine = await start({ handlers: { echo: ECHO } });
      const record = await run(
        engine,
        request(caller({ ...WAIT, trigger_inputs: { a: [1, '${{ TRIGGER.b }}'] } }), { trigger: { b: 2 } }),
      );
      expect(record).toMatchObject({ status: 'completed', result: { a: [1, 2] } });
      const events = await collect(engine, record.runId);
      expect(events.map(({ event }) => event.type)).toEqual(['RunStarted', 'ChildStarted', 'ChildCompleted']);
      const { runId } = events[1]!.event as { runId: string };
      const child = await engine.get(runId);
      expect(child).toMatchObject({ status: 'completed', triggerType: 'subflow', parentRunId: record.runId });
      const { items } = await engine.list({ workflow: 'echo', limit: 1 });
      expect(items[0]).toMatchObject({ runId, workflow: 'echo', parentRunId: record.runId });
      expect(record.parentRunId).toBeUndefined();
    });

    test('that nobody waits for go on after their parent has ended', async () => {
      const go = gate();
      const engine = await start({ handlers: { echo: ECHO }, work: () => go.opened.then(() => 'late') });
      const record = await run(engine, request(caller({})));
      expect(record).toMatchObject({ status: 'completed', result: { run_id: expect.any(String) } });
      const { run_id: child } = record.result as { run_id: string };
      expect(await engine.get(child)).toMatchObject({ status: 'running' });
      go.open();
      expect(await engine.result(child)).toMatchObject({ status: 'completed', result: 'late' });
    });

    test.each([
      'batch',
      'parallel',
      'sequential',
    ])('run for every item (%s), results in order', async (loop_strategy) => {
      let running = 0;
      let most = 0;
      const work: TestWork = async ({ args }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, Number(args['value']) % 3));
        running--;
        return args['value'];
      };
      const engine = await start({ handlers: { echo: ECHO }, work });
      const record = await run(engine, request(caller({ loop_strategy, trigger_inputs: '${{ var.x }}' }, each(70))));
      expect(record.result).toEqual(Array.from({ length: 70 }, (_, i) => i));
      if (loop_strategy === 'sequential') expect(most).toBe(1);
      else expect(most).toBeGreaterThan(8);
      expect(most).toBeLessThanOrEqual(loop_strategy === 'batch' ? 32 : 48);
    });

    test('that fail: as error objects, as the failure of the step, or on its error edge', async () => {
      const work: TestWork = ({ args }) => {
        if (args['value'] === 1) throw new Error('one is too few');
        return args['value'];
      };
      const engine = await start({ handlers: { echo: ECHO }, work });
      const input = { trigger_inputs: '${{ var.x }}' };
      const isolated = await run(engine, request(caller(input, each(3))));
      const error = { is_error: true, type: 'ACTION_FAILED', message: expect.stringContaining('one is too few') };
      expect(isolated.result).toEqual([0, error, 2]);
      const all = await run(engine, request(caller({ ...input, fail_strategy: 'all' }, each(3))));
      expect(all).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_SUBFLOWS_FAILED' } });
      const single = await run(engine, request(caller({ ...WAIT, trigger_inputs: 1 })));
      expect(single).toMatchObject({
        status: 'failed',
        error: { code: 'ACTION_FAILED', details: { runId: expect.any(String) } },
      });
    });

    test('that cannot start fail their step, with the reason', async () => {
      const typed = { ...ECHO, entrypoint: { expects: { count: { type: 'int' } } } };
      const engine = await start({ handlers: { typed, echo: ECHO } });
      const code = async (args: object) => (await run(engine, request(caller(args)))).error?.code;
      expect(await code({ workflow: 'nowhere' })).toBe('WORKFLOW_SUBFLOW_UNKNOWN');
      expect(await code({ workflow: 'typed', trigger_inputs: { count: 'x' } })).toBe('INPUT_INVALID');
      expect(await code({ workflow: 'typed', trigger_inputs: { count: '7' }, ...WAIT })).toBeUndefined();
    });

    test('that call each other in a circle, or too deep, are stopped', async () => {
      const deep = Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [`d${i}`, caller({ ...WAIT, workflow: `d${i + 1}` })]),
      );
      const a = caller({ ...WAIT, workflow: 'b' });
      const b = caller({ ...WAIT, workflow: 'a' });
      const engine = await start({ handlers: { ...deep, a, b } });
      const circle = await run(engine, request(a, { workflow: 'a' }));
      expect(circle.error).toMatchObject({
        code: 'WORKFLOW_SUBFLOW_RECURSION',
        message: expect.stringContaining('a → b → a'),
      });
      const tooDeep = await run(engine, request(deep['d0']!, { workflow: 'd0' }));
      expect(tooDeep.error).toMatchObject({ code: 'WORKFLOW_SUBFLOW_DEPTH' });
    });

    test('are cancelled with the run that waits for them, theirs too, and no others', async () => {
      const begun = gate();
      const detached = caller({}, {}, {});
      const middle = caller(WAIT);
      const work: TestWork = (invocation) => {
        begun.open();
        return stuck(invocation);
      };
      const engine = await start({ handlers: { echo: ECHO, middle }, work });
      const { run_id: free } = (await run(engine, request(detached))).result as { run_id: string };
      const { runId } = await engine.start(request(caller({ ...WAIT, workflow: 'middle' })));
      await begun.opened;
      const children = async () => {
        const { items } = await engine.list({ limit: 200 });
        const of = (parent: string) => items.find(({ parentRunId }) => parentRunId === parent);
        const child = of(runId);
        return [child, child && of(child.runId)];
      };
      await expect.poll(async () => (await children()).every((child) => child?.status === 'running')).toBe(true);
      await engine.cancel(runId, 'enough');
      await expect
        .poll(async () => (await children()).map((child) => child!.status))
        .toEqual(['cancelled', 'cancelled']);
      expect(await engine.get(free)).toMatchObject({ status: 'running' });
      await engine.cancel(free, 'done');
    });

    test('that are cancelled, or take longer than their caller allows, fail the step that waits', async () => {
      const engine = await start({ handlers: { echo: ECHO }, work: stuck });
      const late = await run(engine, request(caller({ ...WAIT, timeout: 0.02 })));
      expect(late.error).toMatchObject({ code: 'WORKFLOW_RUN_TIMEOUT' });
      const { runId } = await engine.start(request(caller(WAIT)));
      const child = async () =>
        (await engine.list({ limit: 50 })).items.find((one) => one.parentRunId === runId)?.runId;
      await expect.poll(child).toBeDefined();
      await engine.cancel((await child())!, 'stop');
      expect(await engine.result(runId)).toMatchObject({ error: { code: 'WORKFLOW_SUBFLOW_CANCELLED' } });
    });

    test('see the time anchor of their caller, and the environment that it names', async () => {
      const seen = workflow([{ ref: 'say', startDelay: 0.005 }], {
        returns: { anchor: '${{ ENV.workflow.time_anchor }}', where: '${{ ENV.environment }}' },
      });
      const engine = await start({ handlers: { seen } });
      const late = caller({ ...WAIT, workflow: 'seen', environment: 'stage' }, { startDelay: 0.02 });
      const { result, startedAt } = await run(engine, request(late));
      const { anchor, where } = result as { anchor: string; where: string };
      expect([Date.parse(anchor), where]).toEqual([Date.parse(startedAt), 'stage']);
    });

    test('a thousand of them: each once, all answered, none left behind', async () => {
      const engine = await start({ handlers: { echo: ECHO } });
      const asked = request(caller({ trigger_inputs: '${{ var.x }}' }, each(1000)));
      const record = await run(engine, asked);
      expect(record.result).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      const types = (await collect(engine, record.runId)).map(({ event }) => event.type);
      expect(types.filter((type) => type === 'ChildStarted')).toHaveLength(1000);
      expect((await engine.list({ status: 'running', workflow: 'echo', limit: 1 })).items).toEqual([]);
    });

    test('that end as they start, and one whose parent fails at once with a handler', async () => {
      const skipped = workflow([{ ref: 'never', runIf: false }], { returns: 'at once' });
      const handler = chain(1);
      const engine = await start({ handlers: { skipped, handler, echo: ECHO } });
      expect(await run(engine, request(caller({ ...WAIT, workflow: 'skipped' })))).toMatchObject({ result: 'at once' });
      const definition = workflow(
        [
          { ref: 'call', action: 'core.workflow.execute', args: { workflow: 'echo', trigger_inputs: 5 } },
          { ref: 'broken', after: ['call'], runIf: '${{ 1 / 0 }}' },
        ],
        { errorHandler: 'handler' },
      );
      const failed = await run(engine, request(definition));
      expect(failed).toMatchObject({ status: 'failed', steps: { call: { status: 'completed' } } });
      const { run_id: child } = failed.steps['call']!.result as { run_id: string };
      expect(await engine.result(child)).toMatchObject({ status: 'completed', result: 5 });
    });
  });
}
