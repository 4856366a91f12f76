import { describe, expect, test } from 'vitest';
import { chain, gate, request, TestClock, type TestEngineOptions } from './engine.fixture.ts';
import type { Engine } from './engine.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import type { Journal } from './journal/journal.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

/** What every engine offers around runs: keys, limits, events, error handlers, stopping. */
export function engineControlContract(open: () => Promise<Journal>): void {
  const { start, stop, run, collect } = engineHarness(open);

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

    test('a key lives as long as the request asks', async () => {
      const clock = new TestClock();
      const engine = await start({ clock });
      const life = { idempotencyKey: crypto.randomUUID(), idempotencyKeyLifeMs: 40 * 86_400_000 };
      const asked = request(chain(1), life);
      const { runId } = await engine.start(asked);
      clock.advance(40 * 86_400_000 - 1);
      expect((await engine.start(asked)).runId).toBe(runId);
      clock.advance(1);
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
}
