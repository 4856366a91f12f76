import { describe, expect, test } from 'vitest';
import { chain, gate, request, TestClock, type TestWork } from './engine.fixture.ts';
import type { Engine } from './engine.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import { caller, ECHO, each, stuck } from './engine-subflow.contract.ts';
import type { Journal } from './journal/journal.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

const WAIT = { wait_strategy: 'wait' };
const UNKNOWN = '00000000-0000-7000-8000-000000000000';

/** How every engine stops runs for good, and for a while. */
export function engineStopContract(open: () => Promise<Journal>): void {
  const { start, stop, run, collect, endLeftovers } = engineHarness(open);
  endLeftovers();
  const types = async (engine: Engine, runId: string) => (await collect(engine, runId)).map(({ event }) => event.type);
  const childOf = async (engine: Engine, runId: string) =>
    (await engine.list({ limit: 200 })).items.find(({ parentRunId }) => parentRunId === runId);
  const liveChild = async (engine: Engine, runId: string) => {
    await expect.poll(() => childOf(engine, runId)).toBeDefined();
    return (await childOf(engine, runId))!.runId;
  };

  describe('a run that is cancelled', () => {
    /** `s1` finishes its work although it is asked to stop, `s2` stops, `s3` never answers. */
    const parallel = workflow([{ ref: 's1' }, { ref: 's2' }, { ref: 's3' }, { ref: 's4', after: ['s1'] }]);
    const work =
      (begun: (step: string) => void): TestWork =>
      ({ run: { step }, signal }) => {
        begun(step);
        return new Promise((resolve, reject) => {
          if (step === 's1') signal.addEventListener('abort', () => resolve('done all the same'));
          if (step === 's2') signal.addEventListener('abort', () => reject(signal.reason));
        });
      };

    test('shows how each step has really ended, and begins nothing more', async () => {
      const begun: string[] = [];
      const engine = await start({ work: work((step) => begun.push(step)), limits: { cancelGraceMs: 50 } });
      const { runId } = await engine.start(request(parallel));
      await expect.poll(() => begun.length).toBe(3);
      await engine.cancel(runId, 'enough');
      expect(await engine.get(runId)).toMatchObject({ status: 'running', cancel: { reason: 'enough' } });
      await engine.cancel(runId, 'again');
      expect(await engine.result(runId)).toMatchObject({
        status: 'cancelled',
        cancel: { reason: 'enough', since: expect.any(String) },
        steps: {
          s1: { status: 'completed', result: 'done all the same' },
          s2: { status: 'cancelled' },
          s3: { status: 'cancelled' },
          s4: { status: 'cancelled' },
        },
      });
      expect(begun.toSorted()).toEqual(['s1', 's2', 's3']);
      await engine.cancel(runId, 'after its end');
      expect((await types(engine, runId)).filter((type) => type === 'CancelRequested')).toHaveLength(1);
    });

    test('with nothing in flight ends at once', async () => {
      const engine = await start({ clock: new TestClock() });
      const { runId } = await engine.start(request(workflow([{ ref: 'late', startDelay: 60 }])));
      await engine.cancel(runId, 'enough');
      expect(await engine.get(runId)).toMatchObject({ status: 'cancelled', steps: { late: { status: 'cancelled' } } });
      expect(await types(engine, runId)).toEqual(['RunStarted', 'CancelRequested']);
    });

    test('waits for the runs that it waits for, which are cancelled the same way', async () => {
      const begun = gate();
      const obeying: TestWork = ({ signal }) => {
        begun.open();
        return new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 20, 'done')));
      };
      const engine = await start({ handlers: { echo: ECHO }, work: obeying });
      const { runId } = await engine.start(request(caller(WAIT)));
      await begun.opened;
      await engine.cancel(runId, 'enough');
      const record = await engine.result(runId);
      expect(record).toMatchObject({ status: 'cancelled', steps: { call: { status: 'cancelled' } } });
      const child = await engine.get((await childOf(engine, runId))!.runId);
      expect(child).toMatchObject({ status: 'cancelled', steps: { say: { status: 'completed', result: 'done' } } });
      expect(Date.parse(child!.endedAt!)).toBeLessThanOrEqual(Date.parse(record.endedAt!));
    });

    test('is not begun again after a restart: what was in flight counts as cancelled', async () => {
      const begun = gate();
      const ignoring = await start({
        work: () => {
          begun.open();
          return new Promise(() => undefined);
        },
        limits: { shutdownMs: 1, cancelGraceMs: 60_000 },
      });
      const { runId } = await ignoring.start(request(chain(2)));
      await begun.opened;
      await ignoring.cancel(runId, 'enough');
      await stop(ignoring);
      let calls = 0;
      const again = await start({ work: () => ++calls });
      expect(await again.result(runId)).toMatchObject({
        status: 'cancelled',
        steps: { s1: { status: 'cancelled' }, s2: { status: 'cancelled' } },
      });
      expect(calls).toBe(0);
    });
  });

  describe('a run that is terminated', () => {
    test('ends at once, with every run that it has started, without its error handler', async () => {
      const middle = caller(WAIT);
      const definition = workflow(
        [
          { ref: 'free', action: 'core.workflow.execute', args: { workflow: 'echo' } },
          { ref: 'call', action: 'core.workflow.execute', args: { workflow: 'middle', ...WAIT } },
        ],
        { errorHandler: 'never-asked' },
      );
      const silent: TestWork = () => new Promise(() => undefined);
      const engine = await start({ handlers: { echo: ECHO, middle, 'never-asked': chain(1) }, work: silent });
      const { runId } = await engine.start(request(definition));
      const mine = async () => {
        const { items } = await engine.list({ limit: 200 });
        const own = new Set([runId]);
        // A set that grows while it is gone through.
        for (const parent of own) for (const one of items) if (one.parentRunId === parent) own.add(one.runId);
        return items.filter((one) => own.has(one.runId));
      };
      await expect.poll(async () => (await mine()).length).toBe(4);
      await engine.terminate(runId, 'now');
      expect((await mine()).map(({ status }) => status)).toEqual(new Array(4).fill('cancelled'));
      expect(await engine.get(runId)).toMatchObject({ cancel: { reason: 'now', terminated: true } });
      expect((await engine.list({ workflow: 'never-asked', limit: 1 })).items).toEqual([]);
    });

    test('while it is being cancelled does not wait any longer; afterwards nothing changes', async () => {
      const begun = gate();
      const ignoring: TestWork = () => {
        begun.open();
        return new Promise(() => undefined);
      };
      const engine = await start({ work: ignoring, limits: { shutdownMs: 1, cancelGraceMs: 60_000 } });
      const { runId } = await engine.start(request(chain(1)));
      await begun.opened;
      await engine.cancel(runId, 'please');
      await engine.terminate(runId, 'now');
      expect(await engine.get(runId)).toMatchObject({ status: 'cancelled', cancel: { reason: 'now' } });
      const before = await types(engine, runId);
      await engine.terminate(runId, 'again');
      expect(await types(engine, runId)).toEqual(before);
    });

    test('and has completed already leaves the runs that go on without it alone', async () => {
      const engine = await start({ handlers: { echo: ECHO }, work: stuck });
      const { runId, result } = await run(engine, request(caller({})));
      const { run_id: free } = result as { run_id: string };
      await engine.terminate(runId, 'too late');
      expect(await engine.get(free)).toMatchObject({ status: 'running' });
      await engine.terminate(free, 'done');
      await expect(engine.terminate(UNKNOWN, '')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    });
  });

  describe('a run that is paused', () => {
    test('ends what it is at and begins nothing new until it is resumed, also after a restart', async () => {
      const [reached, go] = [gate(), gate()];
      const calls: string[] = [];
      const slow: TestWork = async ({ run: { step }, args }) => {
        calls.push(step);
        reached.open();
        await go.opened;
        return args['value'];
      };
      const engine = await start({ work: slow });
      const { runId } = await engine.start(request(chain(3)));
      await reached.opened;
      await engine.pause(runId, 'look first');
      await engine.pause(runId, 'again');
      go.open();
      await expect.poll(async () => (await engine.get(runId))!.steps['s1']!.status).toBe('completed');
      expect(await engine.get(runId)).toMatchObject({ status: 'running', paused: { reason: 'look first' } });
      expect(calls).toEqual(['s1']);
      await stop(engine);
      const again = await start({ work: slow });
      expect(await again.get(runId)).toMatchObject({ paused: { reason: 'look first', since: expect.any(String) } });
      expect(calls).toEqual(['s1']);
      await again.resume(runId);
      const record = await again.result(runId);
      expect(record).toMatchObject({ status: 'completed', result: 3 });
      expect(record.paused).toBeUndefined();
      expect((await types(again, runId)).filter((type) => /Pause|Resume/.test(type))).toEqual([
        'PauseRequested',
        'ResumeRequested',
      ]);
    });

    test('keeps the time that its workflow has left', async () => {
      const clock = new TestClock();
      const engine = await start({ clock, work: stuck });
      const config = { environment: 'default', timeout: 60 };
      const { runId } = await engine.start(request(workflow([{ ref: 'a' }], { config })));
      clock.advance(50_000);
      await engine.pause(runId, 'over the weekend');
      clock.advance(200_000_000);
      expect(await engine.get(runId)).toMatchObject({ status: 'running' });
      await engine.resume(runId);
      clock.advance(9_000);
      expect(await engine.get(runId)).toMatchObject({ status: 'running' });
      clock.advance(1_000);
      expect(await engine.result(runId)).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_RUN_TIMEOUT' } });
    });

    test('takes the runs that it waits for with it, but one that was paused for itself stays so', async () => {
      const go = gate();
      const engine = await start({ handlers: { echo: { ...ECHO, ...chain(2) } }, work: () => go.opened.then(() => 1) });
      const definition = caller({ ...WAIT, loop_strategy: 'parallel' }, each(2));
      const { runId } = await engine.start(request(definition));
      const children = async () =>
        (await engine.list({ workflow: 'echo', limit: 200 })).items.filter(({ parentRunId }) => parentRunId === runId);
      await expect.poll(async () => (await children()).length).toBe(2);
      const [first, second] = (await children()).map((child) => child.runId) as [string, string];
      await engine.pause(first, 'by hand');
      await engine.pause(runId, 'all of it');
      expect(await engine.get(second)).toMatchObject({ paused: { reason: 'all of it', by: runId } });
      expect((await engine.get(first))!.paused).toEqual({ since: expect.any(String), reason: 'by hand' });
      go.open();
      await engine.resume(runId);
      expect(await engine.result(second)).toMatchObject({ status: 'completed' });
      expect(await engine.get(first)).toMatchObject({ status: 'running', paused: { reason: 'by hand' } });
      await engine.resume(first);
      expect(await engine.result(runId)).toMatchObject({ status: 'completed' });
    });

    test('can be cancelled; one that has ended or does not exist cannot be paused', async () => {
      const clock = new TestClock();
      const engine = await start({ clock, handlers: { echo: ECHO }, work: stuck });
      const { runId } = await engine.start(request(workflow([{ ref: 'late', startDelay: 60 }])));
      await engine.pause(runId, 'wait');
      clock.advance(120_000);
      await engine.cancel(runId, 'enough');
      expect(await engine.result(runId)).toMatchObject({ status: 'cancelled', steps: { late: { attempts: 0 } } });
      await expect(engine.pause(runId, '')).rejects.toMatchObject({ code: 'RUN_ENDED' });
      await expect(engine.resume(runId)).rejects.toMatchObject({ code: 'RUN_ENDED' });
      await expect(engine.pause(UNKNOWN, '')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
      await expect(engine.resume(UNKNOWN)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    });

    test('and whose parent ends is cancelled like any other', async () => {
      const engine = await start({ handlers: { echo: ECHO }, work: stuck });
      const { runId } = await engine.start(request(caller(WAIT)));
      const child = await liveChild(engine, runId);
      await engine.pause(child, 'by hand');
      await engine.terminate(runId, 'now');
      expect(await engine.result(child)).toMatchObject({ status: 'cancelled' });
    });
  });
}
