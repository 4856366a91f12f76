import { describe, expect, test } from 'vitest';
import { chain, gate, request, TestClock } from './engine.fixture.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import type { Journal } from './journal/journal.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

/** How runs go on every engine, whatever keeps its journal. `open` gives the same store again after a restart. */
export function engineContract(open: () => Promise<Journal>): void {
  const { start, stop, run, collect } = engineHarness(open);

  describe('a run', () => {
    test('goes through its steps and returns its result', async () => {
      const engine = await start();
      const record = await run(engine, request(chain(3), { trigger: { a: 1 }, correlationId: 'c-1' }));
      expect(record).toMatchObject({
        workflow: 'test',
        version: 1,
        status: 'completed',
        result: 3,
        triggerType: 'api',
        trigger: { a: 1 },
      });
      expect(record.steps['s2']).toMatchObject({ status: 'completed', result: 2, attempts: 1 });
    });

    test('is the same in memory and read back from the journal', async () => {
      const engine = await start();
      const record = await run(engine, request(chain(2)));
      await stop(engine);
      const later = await start();
      expect(await later.get(record.runId)).toEqual(record);
      expect(await later.result(record.runId)).toEqual(record);
    });

    test('of pure actions runs ahead of the journal and ends the same', async () => {
      const record = await run(await start({ effect: 'pure' }), request(chain(20)));
      expect(record).toMatchObject({ status: 'completed', result: 20 });
    });

    test('whose step fails is failed, with the error of the step', async () => {
      const engine = await start({
        work: () => {
          throw new Error('no such host');
        },
      });
      const record = await run(engine, request(chain(2)));
      expect(record).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('no such host'), details: { step: 's1' } },
      });
      expect(record.steps['s2']?.status).toBe('cancelled');
      expect((await engine.list({ status: 'failed', limit: 1 })).items[0]).toMatchObject({
        runId: record.runId,
        error: record.error,
      });
    });

    test('whose definition does not compile is refused and leaves nothing behind', async () => {
      const engine = await start();
      const broken = workflow([{ ref: 'a', args: { value: '${{ 1 + }}' } }], {
        title: `broken ${crypto.randomUUID()}`,
      });
      await expect(engine.start(request(broken))).rejects.toMatchObject({ code: 'RUN_DEFINITION_UNUSABLE' });
    });

    test('whose input cannot be kept is refused', async () => {
      const engine = await start({ limits: { maxEventSize: 2_000 } });
      await expect(engine.start(request(chain(1), { trigger: 'x'.repeat(3_000) }))).rejects.toMatchObject({
        code: 'RUN_PAYLOAD_TOO_LARGE',
      });
      const circle: { self?: unknown } = {};
      circle.self = circle;
      await expect(engine.start(request(chain(1), { trigger: circle }))).rejects.toMatchObject({
        code: 'RUN_NOT_JSON',
      });
    });

    test('keeps large integers and whole floats of its input as they are', async () => {
      const trigger = { big: 12345678901234567890n };
      const engine = await start();
      const { runId } = await run(engine, request(chain(1), { trigger }));
      await stop(engine);
      expect((await (await start()).get(runId))?.trigger).toEqual(trigger);
    });

    test('with a result too large to keep fails at that step, and the host goes on', async () => {
      const engine = await start({
        limits: { maxEventSize: 2_000 },
        work: ({ run: { step } }) => (step === 's1' ? 'x'.repeat(3_000) : 1),
      });
      expect(await run(engine, request(chain(2)))).toMatchObject({
        status: 'failed',
        error: { code: 'RUN_PAYLOAD_TOO_LARGE' },
      });
      expect(await run(engine, request(workflow([{ ref: 'other' }])))).toMatchObject({ status: 'completed' });
    });

    test('is told to whoever counts runs, once, when it has ended', async () => {
      const ended: unknown[] = [];
      const engine = await start({ onRunEnded: (status, seconds) => ended.push([status, seconds >= 0]) });
      await run(engine, request(chain(1)));
      expect(ended).toEqual([['completed', true]]);
    });
  });

  describe('time', () => {
    test('a delayed step waits, also when the clock jumps over the moment', async () => {
      const clock = new TestClock();
      const engine = await start({ clock });
      const { runId } = await engine.start(request(workflow([{ ref: 'a', startDelay: 60, args: { value: 1 } }])));
      clock.advance(59_000);
      expect(await engine.get(runId)).toMatchObject({ status: 'running' });
      clock.advance(3_600_000);
      expect(await engine.result(runId)).toMatchObject({ status: 'completed' });
    });

    test('a timer survives a restart and fires at its time, not later', async () => {
      const clock = new TestClock();
      const first = await start({ clock });
      const { runId } = await first.start(request(workflow([{ ref: 'a', startDelay: 60, args: { value: 1 } }])));
      await stop(first);
      clock.advance(50_000);
      const second = await start({ clock });
      expect(await second.get(runId)).toMatchObject({ status: 'running' });
      clock.advance(10_000);
      expect(await second.result(runId)).toMatchObject({
        status: 'completed',
        endedAt: new Date(clock.now()).toISOString(),
      });
    });

    test('a failed attempt is repeated after its pause', async () => {
      let attempts = 0;
      const work = () => {
        if (++attempts < 3) throw new Error('not yet');
        return 'done';
      };
      const engine = await start({ work });
      const definition = workflow([{ ref: 'a', retry: { maxAttempts: 3, backoff: { initial: 0.01 } } }], {
        returns: '${{ ACTIONS.a.result }}',
      });
      expect(await run(engine, request(definition))).toMatchObject({ result: 'done', steps: { a: { attempts: 3 } } });
    });

    test('a run that takes longer than its workflow allows fails', async () => {
      const engine = await start({
        work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      });
      const record = await run(
        engine,
        request(workflow([{ ref: 'a' }], { config: { environment: 'default', timeout: 0.05 } })),
      );
      expect(record).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_RUN_TIMEOUT' } });
    });
  });

  describe('cancelling', () => {
    test('stops the running action and ends the run; doing it again changes nothing', async () => {
      const begun = gate();
      const aborted = gate();
      const engine = await start({
        work: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted.open();
              reject(signal.reason);
            });
            begun.open();
          }),
      });
      const { runId } = await engine.start(request(chain(2)));
      await begun.opened;
      await engine.cancel(runId, 'enough');
      await aborted.opened;
      expect(await engine.result(runId)).toMatchObject({ status: 'cancelled', steps: { s1: { status: 'cancelled' } } });
      await engine.cancel(runId, 'again');
      expect((await collect(engine, runId)).map(({ event }) => event.type)).toEqual([
        'RunStarted',
        'CancelRequested',
        'ActionCancelled',
      ]);
    });

    test('or asking for a run that does not exist says so', async () => {
      const engine = await start();
      const unknown = '00000000-0000-7000-8000-000000000000';
      await expect(engine.cancel(unknown, '')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
      await expect(engine.result('nonsense')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
      await expect(collect(engine, unknown)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
      expect(await engine.get(unknown)).toBeUndefined();
    });

    test('who waits for a result may leave', async () => {
      const engine = await start({
        work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      });
      const { runId } = await engine.start(request(chain(1)));
      const leaving = AbortSignal.timeout(10);
      await expect(engine.result(runId, leaving)).rejects.toMatchObject({ name: 'TimeoutError' });
      await engine.cancel(runId, 'done');
    });
  });

  test('lists show every run once, newest first', async () => {
    const engine = await start();
    const name = crypto.randomUUID();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await run(engine, request(chain(1), { workflow: name }))).runId);
    const first = await engine.list({ workflow: name, limit: 3 });
    const second = await engine.list({ workflow: name, limit: 3, cursor: first.nextCursor! });
    expect(new Set([...first.items, ...second.items].map(({ runId }) => runId))).toEqual(new Set(ids));
    expect(second.nextCursor).toBeUndefined();
    expect(first.items[0]).toMatchObject({ status: 'completed', endedAt: expect.any(String) });
  });
}
