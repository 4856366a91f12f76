import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ConcurrencyDefinition } from '../workflow/workflow-definition.ts';
import { request, type TestEngineOptions, type TestWork } from './engine.fixture.ts';
import type { Engine, RunRequest } from './engine.ts';
import { engineHarness } from './engine-harness.fixture.ts';
import { caller } from './engine-subflow.contract.ts';
import type { Journal } from './journal/journal.ts';
import { workflow } from './scheduler/run-driver.fixture.ts';

/** How many runs of a workflow every engine lets go at once. */
export function engineLimitsContract(open: () => Promise<Journal>): void {
  const { start, stop, run, endLeftovers } = engineHarness(open);
  endLeftovers();

  /** Actions that run until the test ends them, by the `name` of their run. */
  const held = () => {
    const open = new Map<string, () => void>();
    const begun: string[] = [];
    const work: TestWork = ({ args, signal }) => {
      const name = args['value'] as string;
      begun.push(name);
      return new Promise((resolve, reject) => {
        open.set(name, () => resolve(name));
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    return { begun, work, finish: (name: string) => open.get(name)!() };
  };
  const limited = (concurrency: ConcurrencyDefinition) =>
    workflow([{ ref: 'hold', args: { value: '${{ TRIGGER.name }}' } }], {
      config: { environment: 'default', timeout: 0, concurrency },
    });
  const named = () => crypto.randomUUID();
  const starter = (concurrency: ConcurrencyDefinition, flow = named()) => {
    const definition = limited(concurrency);
    return (engine: Engine, name: string, more: object = {}, rest: Partial<RunRequest> = {}) =>
      engine
        .start(request(definition, { workflow: flow, trigger: { name, ...more }, ...rest }))
        .then(({ runId }) => runId);
  };
  const fast: TestEngineOptions = { limits: { shutdownMs: 1, cancelGraceMs: 50 } };

  describe('a workflow that queues runs beyond its limit', () => {
    test('accepts them at once and begins them in order of arrival', async () => {
      const { begun, work, finish } = held();
      const engine = await start({ work, ...fast });
      const begin = starter({ limit: 2, onLimit: 'queue' });
      const ids = [];
      for (const name of ['a', 'b', 'c', 'd']) ids.push(await begin(engine, name));
      expect(await engine.get(ids[2]!)).toMatchObject({ status: 'running', queued: true });
      expect(begun).toEqual(['a', 'b']);
      finish('b');
      await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
      expect((await engine.get(ids[2]!))!.queued).toBeUndefined();
      finish('a');
      await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd']);
      finish('c');
      finish('d');
      for (const id of ids) expect(await engine.result(id)).toMatchObject({ status: 'completed' });
    });

    test('counts for each key by itself, so that no key waits for another', async () => {
      const { begun, work, finish } = held();
      const engine = await start({ work, ...fast });
      const begin = starter({ limit: 1, key: '${{ TRIGGER.customer }}', onLimit: 'queue' });
      for (const name of ['a1', 'a2', 'a3', 'b1']) await begin(engine, name, { customer: name[0] });
      expect(begun).toEqual(['a1', 'b1']);
      finish('b1');
      finish('a1');
      await expect.poll(() => begun).toEqual(['a1', 'b1', 'a2']);
    });

    test('keeps its limit and its order over a restart', async () => {
      const before = held();
      const first = await start({ work: before.work, ...fast });
      const begin = starter({ limit: 1, onLimit: 'queue' });
      const ids: string[] = [];
      for (const name of ['a', 'b', 'c']) {
        ids.push(await begin(first, name));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await stop(first);
      const { begun, work, finish } = held();
      const engine = await start({ work, ...fast });
      ids.push(await begin(engine, 'd'));
      await expect.poll(() => begun).toEqual(['a']);
      for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
        finish(name);
        expect(await engine.result(ids[index]!)).toMatchObject({ status: 'completed' });
        if (index < 3) await expect.poll(() => begun.length).toBe(index + 2);
      }
      expect(begun).toEqual(['a', 'b', 'c', 'd']);
    });

    test('counts the time that a run may take from its beginning; a queued run can be cancelled or paused', async () => {
      const { begun, work, finish } = held();
      const engine = await start({ work, ...fast });
      const begin = starter({ limit: 1, onLimit: 'queue' });
      await begin(engine, 'a');
      const [b, c, d] = [
        await begin(engine, 'b', {}, { timeoutMs: 1 }),
        await begin(engine, 'c'),
        await begin(engine, 'd'),
      ];
      await engine.cancel(c, 'not needed');
      expect(await engine.get(c)).toMatchObject({ status: 'cancelled', steps: { hold: { status: 'cancelled' } } });
      expect((await engine.get(c))!.queued).toBeUndefined();
      await engine.pause(d, 'later');
      finish('a');
      expect(await engine.result(b)).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_RUN_TIMEOUT' } });
      await expect.poll(async () => (await engine.get(d))!.queued).toBeUndefined();
      expect(begun).not.toContain('d');
      await engine.resume(d);
      await expect.poll(() => begun).toContain('d');
    });

    test('holds subflows back too: whoever waits for them waits longer', async () => {
      const { begun, work, finish } = held();
      const echo = limited({ limit: 1, onLimit: 'queue' });
      const engine = await start({ work, handlers: { echo }, ...fast });
      const call = (name: string) => engine.start(request(caller({ wait_strategy: 'wait', trigger_inputs: { name } })));
      const first = await call('a');
      await expect.poll(() => begun).toEqual(['a']);
      const second = await call('b');
      await expect
        .poll(async () => (await engine.list({ workflow: 'echo', status: 'running', limit: 5 })).items.length)
        .toBe(2);
      expect(begun).toEqual(['a']);
      finish('a');
      expect(await engine.result(first.runId)).toMatchObject({ status: 'completed' });
      await expect.poll(() => begun).toEqual(['a', 'b']);
      finish('b');
      expect(await engine.result(second.runId)).toMatchObject({ status: 'completed' });
    });
  });

  test('a workflow that skips refuses runs beyond its limit, with a pause to keep, and counts them', async () => {
    const { work, finish } = held();
    let skipped = 0;
    const engine = await start({ work, onRunSkipped: () => skipped++, ...fast });
    const begin = starter({ limit: 1, key: '${{ TRIGGER.customer }}', onLimit: 'skip' });
    const a = await begin(engine, 'a', { customer: 7 });
    await expect(begin(engine, 'b', { customer: 7 })).rejects.toMatchObject({
      code: 'RUN_CONCURRENCY_LIMIT',
      facts: { status: 429, retryAfterMs: expect.any(Number) },
    });
    await begin(engine, 'c', { customer: 8 });
    expect(skipped).toBe(1);
    finish('a');
    await engine.result(a);
    await begin(engine, 'd', { customer: 7 });
    await expect(
      engine.start(request(limited({ limit: 1, key: '${{ 1 / 0 }}', onLimit: 'skip' }))),
    ).rejects.toMatchObject({ code: 'RUN_CONCURRENCY_KEY' });
  });

  test('a workflow that cancels the oldest run lets the newest go as soon as that has ended', async () => {
    const { begun, work, finish } = held();
    const engine = await start({ work, ...fast });
    const begin = starter({ limit: 1, onLimit: 'cancel_oldest' });
    const [a, b, c] = [await begin(engine, 'a'), await begin(engine, 'b'), await begin(engine, 'c')];
    expect(await engine.result(a)).toMatchObject({
      status: 'cancelled',
      cancel: { reason: expect.stringContaining('newer run') },
    });
    expect(await engine.result(b)).toMatchObject({ status: 'cancelled' });
    await expect.poll(() => begun.at(-1)).toBe('c');
    finish('c');
    expect(await engine.result(c)).toMatchObject({ status: 'completed' });
  });

  test('beyond the unfinished runs that a workspace may have, new ones are refused', async () => {
    const { work, finish } = held();
    const engine = await start({ work, limits: { ...fast.limits, workspaceRuns: 1 } });
    const plain = workflow([{ ref: 'hold', args: { value: '${{ TRIGGER.name }}' } }]);
    const { runId } = await engine.start(request(plain, { trigger: { name: 'a' } }));
    await expect(engine.start(request(plain))).rejects.toMatchObject({
      code: 'RUN_WORKSPACE_LIMIT',
      facts: { status: 429, retryAfterMs: expect.any(Number) },
    });
    const elsewhere = await engine.start(request(plain, { trigger: { name: 'x' }, workspace: randomUUID() }));
    finish('x');
    finish('a');
    await engine.result(elsewhere.runId);
    await engine.result(runId);
    const { runId: again } = await engine.start(request(plain, { trigger: { name: 'b' } }));
    await engine.cancel(again, 'done');
  });

  test('no more of an action run at once than its limit, and nobody else waits behind them', async () => {
    let [running, most] = [0, 0];
    const engine = await start({
      limits: { maxConcurrentActions: 4, actionLimits: { 'test.*': 2 }, shutdownMs: 1 },
      work: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
      },
    });
    const many = workflow([{ ref: 'all', forEach: ['${{ for var.x in FN.range(0, 20) }}'], forEachConcurrency: 20 }]);
    expect(await run(engine, request(many))).toMatchObject({ status: 'completed' });
    expect(most).toBe(2);
  });
}
