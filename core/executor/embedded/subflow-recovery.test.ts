import { parseJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { gate, request, testEngine } from '../engine.fixture.ts';
import { caller, ECHO, each, stuck } from '../engine-subflow.contract.ts';
import type { Journal, JournalWrite } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { childRunId } from './child-run-id.ts';

const WAIT = { wait_strategy: 'wait', trigger_inputs: 1 };

/** Keeps what is written, commit by commit, so that a crash can be played after each. */
function recording(): { readonly journal: Journal; readonly commits: (readonly JournalWrite[])[] } {
  const inner = createMemoryJournal();
  const commits: (readonly JournalWrite[])[] = [];
  const append: Journal['append'] = (writes) => {
    commits.push(writes);
    return inner.append(writes);
  };
  return { journal: { ...inner, append }, commits };
}

async function replayed(commits: readonly (readonly JournalWrite[])[]): Promise<Journal> {
  const journal = createMemoryJournal();
  for (const writes of commits) await journal.append(writes);
  return journal;
}

test.each([
  ['one', caller(WAIT), 1],
  ['several', caller({ trigger_inputs: 1, batch_size: 2 }, each(3)), 3],
  ['detached ones', caller({ trigger_inputs: 1, wait_strategy: 'detach' }, each(2)), 2],
])('after a crash between any two commits every child exists once and all end: %s', async (_, definition, count) => {
  const { journal: whole, commits } = recording();
  const engine = await testEngine(whole, { handlers: { echo: ECHO } });
  const { runId } = await engine.start(request(definition));
  const expected = await engine.result(runId);
  await expect.poll(async () => (await whole.unfinished()).length).toBe(0);
  await engine[Symbol.asyncDispose]();
  for (let cut = 1; cut <= commits.length; cut++) {
    const journal = await replayed(commits.slice(0, cut));
    await using again = await testEngine(journal, { handlers: { echo: ECHO } });
    const record = await again.result(runId);
    expect(record.status, `after ${cut} commits`).toBe('completed');
    if (definition.actions[0]!.args['wait_strategy'] !== 'detach') expect(record.result).toEqual(expected.result);
    await expect.poll(async () => (await journal.unfinished()).length).toBe(0);
    const { items } = await journal.list({ workflow: 'echo', limit: 50 });
    expect(items.map(({ status }) => status)).toEqual(new Array(count).fill('completed'));
    const types = (await journal.events(runId, 0, 100)).map(({ body }) => (parseJson(body) as { type: string }).type);
    expect(types.filter((type) => type === 'ChildStarted')).toHaveLength(count);
  }
});

test('after a crash that came between the end of a parent and that of its child, the child is cancelled', async () => {
  const { journal: whole, commits } = recording();
  const engine = await testEngine(whole, { handlers: { echo: ECHO }, work: stuck, limits: { shutdownMs: 1 } });
  const { runId } = await engine.start(request(caller(WAIT)));
  await expect.poll(() => commits.length).toBe(2);
  await engine.terminate(runId, 'enough');
  await engine[Symbol.asyncDispose]();
  const journal = await replayed(commits.slice(0, 3));
  expect((await journal.run(runId))!.status).toBe('cancelled');
  const [child] = (await journal.list({ workflow: 'echo', limit: 1 })).items;
  expect(child!.status).toBe('running');
  await using again = await testEngine(journal, { handlers: { echo: ECHO }, work: stuck });
  expect(await again.result(child!.runId)).toMatchObject({ status: 'cancelled' });
});

test('the end of a child reaches a parent that takes longer to recover', async () => {
  const journal = createMemoryJournal();
  const first = await testEngine(journal, { handlers: { echo: ECHO }, work: stuck, limits: { shutdownMs: 1 } });
  const { runId } = await first.start(request(caller(WAIT)));
  await expect.poll(async () => (await journal.list({ workflow: 'echo', limit: 1 })).items.length).toBe(1);
  await first[Symbol.asyncDispose]();
  const slow = gate();
  const run: Journal['run'] = async (id) => {
    if (id === runId) await slow.opened;
    return journal.run(id);
  };
  const again = await testEngine({ ...journal, run }, { handlers: { echo: ECHO } });
  await expect.poll(async () => (await journal.unfinished()).length).toBe(1);
  slow.open();
  expect(await again.result(runId)).toMatchObject({ status: 'completed', result: 1 });
  await again[Symbol.asyncDispose]();
});

test('beyond the allowance for subflows a step is told that the host is full', async () => {
  const engine = await testEngine(createMemoryJournal(), {
    handlers: { echo: ECHO },
    work: stuck,
    limits: { maxOpenRuns: 2, shutdownMs: 1 },
  });
  const { runId } = await engine.start(
    request(caller({ wait_strategy: 'detach', loop_strategy: 'parallel' }, each(8))),
  );
  const results = (await engine.result(runId)).result as { run_id?: string; type?: string }[];
  expect(results.filter(({ run_id }) => run_id !== undefined).length).toBeGreaterThan(1);
  expect(results.filter(({ type }) => type === 'RUN_BACKPRESSURE').length).toBeGreaterThan(0);
  await engine[Symbol.asyncDispose]();
});

test('a reason or a result that is too large to keep still reaches the parent', async () => {
  const limits = { maxEventSize: 3_000 };
  await using engine = await testEngine(createMemoryJournal(), { handlers: { echo: ECHO }, limits });
  const unknown = await engine.start(request(caller({ ...WAIT, workflow: 'x'.repeat(5_000) })));
  expect((await engine.result(unknown.runId)).error).toMatchObject({ code: 'WORKFLOW_SUBFLOW_UNKNOWN' });
  const twice = { ...ECHO, returns: { a: '${{ ACTIONS.say.result }}', b: '${{ ACTIONS.say.result }}' } };
  await using other = await testEngine(createMemoryJournal(), {
    handlers: { echo: twice },
    limits,
    work: () => 'x'.repeat(2_000),
  });
  const large = await other.start(request(caller(WAIT)));
  expect((await other.result(large.runId)).error).toMatchObject({ code: 'RUN_PAYLOAD_TOO_LARGE' });
});

test('ids of children are UUIDs of their time, the same for the same command', () => {
  const parent = crypto.randomUUID();
  const id = childRunId(parent, 3, 1_700_000_000_000);
  expect(id).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(childRunId(parent, 3, 1_700_000_000_000)).toBe(id);
  expect(childRunId(parent, 4, 1_700_000_000_000)).not.toBe(id);
});
