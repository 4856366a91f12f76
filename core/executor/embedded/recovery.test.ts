import { randomUUIDv7 } from 'node:crypto';
import { stringifyJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import { chain, gate, request, type TestEngineOptions, testEngine } from '../engine.fixture.ts';
import type { Journal, StoredEvent } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

/** A journal as a crash leaves it: the first `events` of a run that had got further. */
async function cutJournal(
  definition: WorkflowDefinition,
  whole: Journal,
  runId: string,
  events: readonly StoredEvent[],
) {
  const journal = createMemoryJournal();
  const { definitionHash, startedAt } = (await whole.run(runId))!;
  const start = {
    workspace: DEFAULT_WORKSPACE,
    workflow: 'test',
    version: 1,
    definitionHash,
    definition: stringifyJson(definition),
    triggerType: 'api',
    startedAt,
  };
  await journal.append(events.map((event, i) => ({ runId, event, ...(i === 0 && { start }) })));
  return journal;
}

const step = (ref: string, more: object = {}) => ({ ref, args: { value: ref }, ...more });
const diamond = workflow(
  [
    step('a'),
    step('left', { after: ['a'] }),
    step('right', { after: ['a'], forEach: ['${{ for var.x in [1, 2, 3] }}'], args: { value: '${{ var.x }}' } }),
    step('flaky', { after: ['a'], retry: { maxAttempts: 2, backoff: { initial: 0.001 } } }),
    step('end', { after: ['left', 'right', 'flaky'], args: { value: '${{ ACTIONS.right.result }}' } }),
  ],
  { returns: '${{ ACTIONS.end.result }}' },
);

test('from whatever record a crash leaves, the run ends the same, and no journaled step runs again', async () => {
  const counting = () => {
    const calls = new Map<string, number>();
    const work: TestEngineOptions['work'] = ({ run, args }) => {
      calls.set(run.idempotencyKey, (calls.get(run.idempotencyKey) ?? 0) + 1);
      if (run.step === 'flaky' && run.attempt === 1) throw new Error('once');
      return args['value'];
    };
    return { calls, work };
  };
  const whole = createMemoryJournal();
  const engine = await testEngine(whole, counting());
  const { runId } = await engine.start(request(diamond));
  const expected = await engine.result(runId);
  expect(expected).toMatchObject({ status: 'completed', result: [1, 2, 3] });
  const events = await whole.events(runId, 0, 100);
  expect(events.length).toBeGreaterThan(8);
  for (let cut = 1; cut < events.length; cut++) {
    const { calls, work } = counting();
    const journal = await cutJournal(diamond, whole, runId, events.slice(0, cut));
    await using again = await testEngine(journal, { work });
    expect(await again.result(runId), `after ${cut} records`).toMatchObject({ status: 'completed', result: [1, 2, 3] });
    const completed = (await journal.events(runId, 0, 100)).filter(({ body }) => body.includes('"ActionCompleted"'));
    expect(completed).toHaveLength(7);
    const before = events.slice(0, cut).filter(({ body }) => body.includes('"ActionCompleted"')).length;
    const repeated = [...calls.values()].reduce((sum, n) => sum + n, 0);
    const failedBefore = events.slice(0, cut).some(({ body }) => body.includes('"ActionFailed"'));
    expect(repeated).toBe(7 - before + (failedBefore ? 0 : 1));
  }
});

test('who asks for a run that is still being recovered waits for it', async () => {
  const journal = createMemoryJournal();
  const stuck = await testEngine(journal, { work: () => new Promise(() => undefined), limits: { shutdownMs: 1 } });
  const { runId } = await stuck.start(request(chain(1)));
  await stuck[Symbol.asyncDispose]();
  const slow = gate();
  const again = await testEngine({
    ...journal,
    async run(id) {
      await slow.opened;
      return journal.run(id);
    },
  });
  const result = again.result(runId);
  slow.open();
  expect(await result).toMatchObject({ status: 'completed', result: 1 });
});

test('a store that is away for a moment during recovery does not fail the runs', async () => {
  const journal = createMemoryJournal();
  const stuck = await testEngine(journal, { work: () => new Promise(() => undefined), limits: { shutdownMs: 1 } });
  const { runId } = await stuck.start(request(chain(1)));
  await stuck[Symbol.asyncDispose]();
  let failures = 1;
  await using again = await testEngine({
    ...journal,
    async events(...args) {
      if (failures-- > 0) throw raise.STORAGE_UNAVAILABLE({ cause: 'restarting' });
      return journal.events(...args);
    },
  });
  expect(await again.result(runId)).toMatchObject({ status: 'completed' });
});

test('runs that cannot go on fail with their own errors, and the others do not notice', async () => {
  const journal = createMemoryJournal();
  const at = 1_700_000_000_000;
  const base = { workspace: DEFAULT_WORKSPACE, workflow: 'test', version: 1, triggerType: 'api', startedAt: at };
  const good = stringifyJson(chain(1));
  const started = (runId: string) =>
    stringifyJson({ type: 'RunStarted', at, runId, trigger: { a: 1 }, triggerType: 'api', env: {} });
  const store = async (definition: string, ...bodies: readonly (string | [number, string])[]) => {
    const runId = randomUUIDv7();
    const start = { ...base, definition, definitionHash: definition };
    for (const [i, body] of bodies.entries()) {
      const event = typeof body === 'string' ? { seq: i + 1, body } : { seq: body[0], body: body[1] };
      await journal.append([
        { runId, event: { ...event, body: event.body.replace('RUN', runId) }, ...(i === 0 && { start }) },
      ]);
    }
    return runId;
  };
  const corrupt = {
    notJson: await store(good, '{"type":'),
    notAnEvent: await store(good, '{"kind":"?"}'),
    gap: await store(good, started('RUN'), [3, '{"type":"TimerFired","at":1,"seq":1}']),
    headless: await store(good, '{"type":"TimerFired","at":1,"seq":1}'),
    ended: await store(good, started('RUN'), `{"type":"CancelRequested","at":${at},"reason":"x"}`),
  };
  const unusable = {
    notJson: await store('{', started('RUN')),
    notAWorkflow: await store('{"actions":[{}]}', started('RUN')),
  };
  const fine = await store(good, started('RUN'));
  const logged: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (message: string) => logged.push(message) };
  await using engine = await testEngine(journal, { log });
  for (const [name, runId] of Object.entries(corrupt)) {
    expect(await engine.result(runId), name).toMatchObject({
      status: 'failed',
      error: { code: 'RUN_JOURNAL_CORRUPT' },
    });
  }
  for (const [name, runId] of Object.entries(unusable)) {
    expect(await engine.result(runId), name).toMatchObject({
      status: 'failed',
      error: { code: 'RUN_DEFINITION_UNUSABLE' },
      trigger: null,
    });
  }
  expect(await engine.result(fine)).toMatchObject({ status: 'completed', result: 1 });
  expect(logged).toHaveLength(7);
  expect(await journal.unfinished()).toEqual([]);
});
