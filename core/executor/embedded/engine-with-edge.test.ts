import { expect, test, vi } from 'vitest';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import { chain, gate, request, testEngine } from '../engine.fixture.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

const config = { environment: 'default', timeout: 0, durability: 'none' } as const;
const edge = (length: number) => chain(length, { config });
const one = (more: Partial<WorkflowDefinition> = {}) => workflow([{ ref: 'a' }], { config, ...more });

function watchedJournal() {
  const journal = createMemoryJournal();
  return { journal, append: vi.spyOn(journal, 'append') };
}

test('a run without a journal does its work, answers, and leaves nothing behind', async () => {
  const { journal, append } = watchedJournal();
  await using engine = await testEngine(journal);
  const { runId, existing } = await engine.start(request(edge(3)));
  expect(existing).toBe(false);
  expect(await engine.result(runId)).toMatchObject({ runId, status: 'completed', result: 3 });
  expect(await engine.get(runId)).toMatchObject({ status: 'completed', steps: { s2: { result: 2 } } });
  expect((await engine.list({ limit: 10 })).items).toEqual([]);
  expect(append).not.toHaveBeenCalled();
});

test('it is found while it is recent, and not found afterwards', async () => {
  await using engine = await testEngine(createMemoryJournal());
  const { runId } = await engine.start(request(edge(1)));
  await engine.result(runId);
  for (let others = 0; others < 100; others++) {
    const { runId: other } = await engine.start(request(edge(1)));
    await engine.result(other);
  }
  expect(await engine.get(runId)).toBeUndefined();
  await expect(engine.result(runId)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('retries, errors and cancelling are the same', async () => {
  let tries = 0;
  const held = gate();
  await using engine = await testEngine(createMemoryJournal(), {
    work: async ({ args }) => {
      if (args['hold'] === true) await held.opened;
      if (++tries < 2) throw new Error('not yet');
      return tries;
    },
    limits: { cancelGraceMs: 10 },
  });
  const retry = { maxAttempts: 2, backoff: { initial: 0.001 } };
  const twice = workflow([{ ref: 'a', retry }], { config, returns: '${{ ACTIONS.a.result }}' });
  const first = await engine.start(request(twice));
  expect(await engine.result(first.runId)).toMatchObject({ status: 'completed', result: 2 });
  const long = await engine.start(request(workflow([{ ref: 'a', args: { hold: true } }], { config })));
  await engine.cancel(long.runId, 'enough');
  expect(await engine.result(long.runId)).toMatchObject({ status: 'cancelled' });
  held.open();
});

test('an idempotency key is refused: nothing remembers it', async () => {
  await using engine = await testEngine(createMemoryJournal());
  const asked = engine.start(request(edge(1), { idempotencyKey: 'k' }));
  await expect(asked).rejects.toMatchObject({ code: 'RUN_IDEMPOTENCY_NOT_KEPT' });
});

test('events of it are not kept', async () => {
  await using engine = await testEngine(createMemoryJournal());
  const { runId } = await engine.start(request(edge(1)));
  const events = engine.events(runId, 0, new AbortController().signal);
  await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

test('runs of both kinds count together towards the limit', async () => {
  const held = gate();
  const limits = { maxOpenRuns: 2, shutdownMs: 2_000 };
  await using engine = await testEngine(createMemoryJournal(), { work: () => held.opened, limits });
  const started = [await engine.start(request(one())), await engine.start(request(chain(1)))];
  for (const definition of [one(), chain(1)])
    await expect(engine.start(request(definition))).rejects.toMatchObject({ code: 'RUN_BACKPRESSURE' });
  held.open();
  for (const { runId } of started) await engine.result(runId);
});

test('the error handler of a failed one is a run of its own, kept as its own workflow says', async () => {
  const { journal } = watchedJournal();
  const handler = workflow([{ ref: 'a', args: { value: '${{ TRIGGER.message }}' } }]);
  await using engine = await testEngine(journal, {
    work: ({ run, args }) => {
      if (run.step === 'bad') throw new Error('broken');
      return args['value'];
    },
    handlers: { handler },
  });
  const { runId } = await engine.start(request(workflow([{ ref: 'bad' }], { config, errorHandler: 'handler' })));
  expect(await engine.result(runId)).toMatchObject({ status: 'failed' });
  await expect
    .poll(async () => (await engine.list({ limit: 10 })).items)
    .toMatchObject([{ workflow: 'handler', triggerType: 'error-handler', status: 'completed' }]);
});

test('its subflows are not kept either; a journaled run keeps a subflow that says none', async () => {
  const { journal, append } = watchedJournal();
  const args = { workflow: 'child', wait_strategy: 'wait' };
  const call = (more = {}) =>
    workflow([{ ref: 'a', action: 'core.workflow.execute', args }], { returns: '${{ ACTIONS.a.result }}', ...more });
  await using engine = await testEngine(journal, { handlers: { child: chain(2, { config }) } });
  const first = await engine.start(request(call({ config })));
  expect(await engine.result(first.runId)).toMatchObject({ result: 2 });
  expect(append).not.toHaveBeenCalled();
  const second = await engine.start(request(call()));
  expect(await engine.result(second.runId)).toMatchObject({ result: 2 });
  expect((await engine.list({ limit: 10 })).items).toHaveLength(2);
});

test('a stopping engine lets such runs come to their end', async () => {
  const held = gate();
  const engine = await testEngine(createMemoryJournal(), {
    work: async ({ args }) => {
      await held.opened;
      return args['value'];
    },
  });
  const { runId } = await engine.start(request(edge(3)));
  const result = engine.result(runId);
  const stopped = engine[Symbol.asyncDispose]();
  held.open();
  expect(await result).toMatchObject({ status: 'completed', result: 3 });
  await stopped;
});

test('counters tell of each workflow', async () => {
  const seen: unknown[] = [];
  await using engine = await testEngine(createMemoryJournal(), {
    edgeCounters: {
      edgeRunStarted: (name) => seen.push(['started', name]),
      edgeRunEnded: (name, status) => seen.push(['ended', name, status]),
    },
  });
  const { runId } = await engine.start(request(edge(1)));
  await engine.result(runId);
  expect(seen.toSorted()).toEqual([
    ['ended', 'test', 'completed'],
    ['started', 'test'],
  ]);
});
