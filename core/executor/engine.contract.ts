import { afterEach, describe, expect, test } from 'vitest';
import { chain, gate, request, TestClock, type TestEngineOptions, testEngine } from './engine.fixture.ts';
import type { Engine, RunRecord, RunRequest } from './engine.ts';
import type { Journal } from './journal/journal.ts';
import type { RunEvent } from './scheduler/event.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

/** What every engine does, whatever keeps its journal. `open` gives the same store again after a restart. */
export function engineContract(open: () => Promise<Journal>): void {
  const running: Engine[] = [];
  const start = async (options?: TestEngineOptions) => {
    const engine = await testEngine(await open(), options);
    running.push(engine);
    return engine;
  };
  afterEach(async () => {
    for (const engine of running.splice(0)) await engine[Symbol.asyncDispose]();
  });
  const stop = (engine: Engine) => {
    running.splice(running.indexOf(engine), 1);
    return engine[Symbol.asyncDispose]();
  };
  const run = async (engine: Engine, asked: RunRequest): Promise<RunRecord> =>
    engine.result((await engine.start(asked)).runId);
  const collect = async (engine: Engine, runId: string, after = 0) => {
    const seen: { readonly seq: number; readonly event: RunEvent }[] = [];
    for await (const one of engine.events(runId, after, new AbortController().signal)) seen.push(one);
    return seen;
  };

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
          new Promise(() => {
            signal.addEventListener('abort', aborted.open);
            begun.open();
          }),
      });
      const { runId } = await engine.start(request(chain(2)));
      await begun.opened;
      await engine.cancel(runId, 'enough');
      await aborted.opened;
      expect(await engine.result(runId)).toMatchObject({ status: 'cancelled', steps: { s1: { status: 'cancelled' } } });
      await engine.cancel(runId, 'again');
      expect((await collect(engine, runId)).map(({ event }) => event.type)).toEqual(['RunStarted', 'CancelRequested']);
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

  describe('idempotency keys', () => {
    test('the same key and workflow is the same run: at once, later, and after a restart', async () => {
      const engine = await start();
      const asked = request(chain(1), { idempotencyKey: `order ${crypto.randomUUID()}` });
      const handles = await Promise.all(Array.from({ length: 5 }, () => engine.start(asked)));
      const { runId } = handles[0]!;
      expect(new Set(handles.map((handle) => handle.runId)).size).toBe(1);
      expect(handles.filter(({ existing }) => !existing)).toHaveLength(1);
      expect(await engine.start(asked)).toEqual({ runId, existing: true });
      expect((await engine.start({ ...asked, workflow: 'another' })).existing).toBe(false);
      await stop(engine);
      expect(await (await start()).start(asked)).toEqual({ runId, existing: true });
    });

    test('a key is free again after 24 hours', async () => {
      const clock = new TestClock();
      const engine = await start({ clock });
      const asked = request(chain(1), { idempotencyKey: crypto.randomUUID() });
      const { runId } = await engine.start(asked);
      clock.advance(86_399_000);
      expect((await engine.start(asked)).runId).toBe(runId);
      clock.advance(1_000);
      expect((await engine.start(asked)).existing).toBe(false);
    });

    test.each(['', 'x'.repeat(256), 'a\nb'])('that cannot be a key are refused (%#)', async (idempotencyKey) => {
      const engine = await start();
      await expect(engine.start(request(chain(1), { idempotencyKey }))).rejects.toMatchObject({
        code: 'RUN_IDEMPOTENCY_KEY_INVALID',
      });
    });
  });

  describe('limits', () => {
    test('beyond the highest number of open runs, new ones are refused with a pause to keep; then accepted again', async () => {
      const done = gate();
      const engine = await start({ work: () => done.opened, limits: { maxOpenRuns: 2 } });
      const first = await engine.start(request(chain(1)));
      await engine.start(request(chain(1)));
      await expect(engine.start(request(chain(1)))).rejects.toMatchObject({
        code: 'RUN_BACKPRESSURE',
        facts: { status: 429, retryAfterMs: expect.any(Number) },
      });
      done.open();
      await engine.result(first.runId);
      await engine.start(request(chain(1)));
    });

    test('no more actions run at once than allowed, and a large run does not hold up a small one', async () => {
      const order: string[] = [];
      let running = 0;
      let most = 0;
      const engine = await start({
        limits: { maxConcurrentActions: 2 },
        work: async ({ run: { id } }) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running--;
          order.push(id);
        },
      });
      const many = workflow([{ ref: 'all', forEach: ['${{ for var.x in FN.range(0, 40) }}'], forEachConcurrency: 40 }]);
      const large = await engine.start(request(many));
      const small = await engine.start(request(workflow([{ ref: 'one' }])));
      await Promise.all([engine.result(large.runId), engine.result(small.runId)]);
      expect(most).toBe(2);
      expect(order.indexOf(small.runId)).toBeLessThan(10);
      expect(order).toHaveLength(41);
    });
  });

  describe('events', () => {
    test('come stored ones first, then live ones, each once, until the run ends', async () => {
      const reached = gate();
      const go = gate();
      const engine = await start({
        work: async ({ run: { step }, args }) => {
          if (step === 's2') {
            reached.open();
            await go.opened;
          }
          return args['value'];
        },
      });
      const { runId } = await engine.start(request(chain(4)));
      await reached.opened;
      const [all, late] = [collect(engine, runId), collect(engine, runId, 2)];
      go.open();
      const types = ['RunStarted', 'ActionCompleted', 'ActionCompleted', 'ActionCompleted', 'ActionCompleted'];
      expect((await all).map(({ seq, event }) => [seq, event.type])).toEqual(types.map((type, i) => [i + 1, type]));
      expect((await late).map(({ seq }) => seq)).toEqual([3, 4, 5]);
      expect(await collect(engine, runId)).toEqual(await all);
    });

    test('end when the reader leaves', async () => {
      const engine = await start({
        work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      });
      const { runId } = await engine.start(request(chain(1)));
      const reader = new AbortController();
      const seen: string[] = [];
      for await (const { event } of engine.events(runId, 0, reader.signal)) {
        seen.push(event.type);
        setImmediate(() => reader.abort());
      }
      expect(seen).toEqual(['RunStarted']);
      await engine.cancel(runId, 'done');
    });
  });

  describe('an error handler', () => {
    const handler = workflow([{ ref: 'note', args: { value: '${{ TRIGGER }}' } }], {
      title: 'Handler',
      returns: '${{ ACTIONS.note.result }}',
    });
    const failing = chain(1, { title: 'Orders', errorHandler: 'on-error' });
    const work: TestEngineOptions['work'] = ({ run: { step }, args }) => {
      if (step === 's1') throw new Error('out of stock');
      return args['value'];
    };
    const handlerRuns = async (engine: Engine) => (await engine.list({ workflow: 'on-error', limit: 10 })).items;

    test('is started with the facts of the failed run', async () => {
      const engine = await start({
        work,
        handlers: { 'on-error': handler },
        runUrl: (id) => `https://host/runs/${id}`,
      });
      const before = (await handlerRuns(engine)).length;
      const failed = await run(engine, request(failing));
      expect(failed.status).toBe('failed');
      await expect.poll(async () => (await handlerRuns(engine)).length).toBe(before + 1);
      const record = await engine.result((await handlerRuns(engine))[0]!.runId);
      expect(record).toMatchObject({ triggerType: 'error-handler', status: 'completed' });
      expect(record.trigger).toMatchObject({
        message: expect.stringContaining('out of stock'),
        handler_wf_id: 'on-error',
        orig_wf_id: 'test',
        orig_wf_exec_id: failed.runId,
        orig_wf_exec_url: `https://host/runs/${failed.runId}`,
        orig_wf_title: 'Orders',
        trigger_type: 'api',
        errors: [{ ref: 's1', attempt: 1, type: expect.any(String), message: expect.stringContaining('out of stock') }],
      });
    });

    test('that fails does not handle itself, and one that is missing or cannot be found changes nothing', async () => {
      const own = chain(1, { errorHandler: 'on-error' });
      const engine = await start({ work, handlers: { 'on-error': own } });
      const before = (await handlerRuns(engine)).length;
      expect(await run(engine, request(own))).toMatchObject({ status: 'failed' });
      await expect.poll(async () => (await handlerRuns(engine)).length).toBe(before + 1);
      await engine.result((await handlerRuns(engine))[0]!.runId);
      expect(await handlerRuns(engine)).toHaveLength(before + 1);
      expect(await run(engine, request(chain(1, { errorHandler: 'absent' })))).toMatchObject({ status: 'failed' });
      await stop(engine);
      const broken = await start({ work, workflows: { resolve: () => Promise.reject(new Error('away')) } });
      expect(await run(broken, request(failing))).toMatchObject({ status: 'failed' });
    });
  });

  describe('stopping', () => {
    test('lets running actions finish and keeps what they did; the rest is done after the restart', async () => {
      const calls: string[] = [];
      const begun = gate();
      const engine = await start({
        work: async ({ run: { step }, args }) => {
          calls.push(step);
          begun.open();
          await new Promise((resolve) => setTimeout(resolve, 30));
          return args['value'];
        },
      });
      const { runId } = await engine.start(request(chain(3)));
      const waiting = engine.result(runId);
      await begun.opened;
      const stopped = stop(engine);
      await expect(engine.start(request(chain(1)))).rejects.toMatchObject({ code: 'ENGINE_STOPPING' });
      await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_STOPPING' });
      await stopped;
      const again = await start({
        work: ({ run: { step }, args }) => {
          calls.push(step);
          return args['value'];
        },
      });
      expect(await again.result(runId)).toMatchObject({ status: 'completed', result: 3 });
      expect(calls).toEqual(['s1', 's2', 's3']);
    });

    test('does not wait longer than its deadline; what was cut off is done again, with the same idempotency key', async () => {
      const keys: string[] = [];
      const begun = gate();
      const stuck = await start({
        limits: { shutdownMs: 20 },
        work: ({ run: { idempotencyKey } }) => {
          keys.push(idempotencyKey);
          begun.open();
          return new Promise(() => undefined);
        },
      });
      const { runId } = await stuck.start(request(chain(1)));
      await begun.opened;
      await stop(stuck);
      const again = await start({ work: ({ run: { idempotencyKey } }) => keys.push(idempotencyKey) });
      expect(await again.result(runId)).toMatchObject({ status: 'completed' });
      expect(keys).toHaveLength(2);
      expect(keys[0]).toBe(keys[1]);
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
