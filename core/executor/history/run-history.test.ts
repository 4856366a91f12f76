import { parseJson, stringifyJson } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { createDefinitionCache } from '../embedded/definition-cache.ts';
import { request, type TestEngineOptions, type TestWork, testEngine } from '../engine.fixture.ts';
import type { Engine, RunRequest } from '../engine.ts';
import type { Journal } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { type TestAction, workflow } from '../scheduler/run-driver.fixture.ts';
import type { DetailsQuery } from './run-details.ts';
import { createRunHistory, type RunHistory } from './run-history.ts';

const ALL: DetailsQuery = { attempts: 50, streams: 50 };
const quick = { maxAttempts: 3, backoff: { initial: 0.01, factor: 1, max: 1, jitter: 0 } } as never;

interface Ran extends AsyncDisposable {
  readonly runId: string;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly history: RunHistory;
}

const historyOf = (engine: Pick<Engine, 'get'>, journal: Pick<Journal, 'run' | 'events' | 'payload' | 'definition'>) =>
  createRunHistory({ engine, journal, definitions: createDefinitionCache(), now: Date.now });

/** Runs a workflow to its end. */
async function ran(
  steps: readonly TestAction[],
  work?: TestWork,
  { more, ...options }: TestEngineOptions & { readonly more?: Partial<RunRequest> } = {},
): Promise<Ran> {
  const journal = createMemoryJournal();
  const engine = await testEngine(journal, { ...options, ...(work !== undefined && { work }) });
  const { runId } = await engine.start(request(workflow(steps), more));
  await engine.result(runId);
  const dispose = () => engine[Symbol.asyncDispose]();
  return { runId, engine, journal, history: historyOf(engine, journal), [Symbol.asyncDispose]: dispose };
}

/** The journal with its events changed, as an older version of the host might have written them. */
function rewritten(
  journal: Journal,
  change: (event: any) => unknown,
): Pick<Journal, 'run' | 'events' | 'payload' | 'definition'> {
  return {
    run: (id) => journal.run(id),
    definition: (hash) => journal.definition(hash),
    payload: (event) => journal.payload(event),
    events: async (id, after, limit) =>
      (await journal.events(id, after, limit)).map(({ seq, body }) => ({
        seq,
        body: stringifyJson(change(parseJson(body))),
      })),
  };
}

describe('the details of a run', () => {
  test('show of a step its arguments, its result, how long it took and which plugin it was', async () => {
    await using run = await ran([{ ref: 'a', args: { value: '${{ TRIGGER.big }}' } }], undefined, {
      more: { trigger: { big: 12345678901234567890n } },
    });
    const details = await run.history.details(run.runId, ALL);
    expect(details).toMatchObject({ status: 'completed', durationMs: expect.any(Number) });
    expect(details!.steps['a']).toEqual({
      status: 'completed',
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      endedAt: expect.any(String),
      durationMs: expect.any(Number),
      waitedMs: expect.any(Number),
      input: { value: 12345678901234567890n },
      result: 12345678901234567890n,
      attempts: [
        {
          seq: expect.any(Number),
          attempt: 1,
          status: 'completed',
          startedAt: expect.any(String),
          endedAt: expect.any(String),
          durationMs: expect.any(Number),
          by: 'test@1.0.0',
          tier: 'trusted',
        },
      ],
    });
  });

  test('show every attempt with its error; the pause between them counts as waiting', async () => {
    await using run = await ran([{ ref: 'a', retry: quick, args: { value: 1 } }], ({ run: { attempt } }) => {
      if (attempt < 3) throw new Error(`not yet ${attempt}`);
      return 'done';
    });
    const { a } = (await run.history.details(run.runId, ALL))!.steps;
    expect(a!.attempts).toMatchObject([
      { attempt: 1, status: 'failed', error: { code: 'ACTION_FAILED', message: expect.stringContaining('not yet 1') } },
      { attempt: 2, status: 'failed', error: { message: expect.stringContaining('not yet 2') } },
      { attempt: 3, status: 'completed' },
    ]);
    expect(a!.attempts.every((attempt) => !('input' in attempt) && !('result' in attempt))).toBe(true);
    expect(a!.waitedMs).toBeGreaterThanOrEqual(15);
    expect(a).toMatchObject({ input: { value: 1 }, result: 'done' });
  });

  test('show each item of a for_each with its own arguments, and of very many the last ones', async () => {
    const forEach = ['${{ for var.x in [1, 2, 3, 4, 5] }}'];
    await using run = await ran([{ ref: 'a', forEach, forEachConcurrency: 1, args: { value: '${{ var.x }}' } }]);
    const { a } = (await run.history.details(run.runId, { ...ALL, attempts: 2 }))!.steps;
    expect(a).toMatchObject({ result: [1, 2, 3, 4, 5], attemptsTotal: 5 });
    expect(a!.attempts).toMatchObject([
      { item: 3, input: { value: 4 } },
      { item: 4, input: { value: 5 } },
    ]);
    expect(a).not.toHaveProperty('input');
  });

  test('show the passes of a loop with what each was given and gave', async () => {
    await using run = await ran([
      { ref: 'start', action: 'core.loop.start' },
      { ref: 'body', after: ['start'], args: { value: '${{ ACTIONS.start.result.iteration }}' } },
      { ref: 'end', action: 'core.loop.end', after: ['body'], args: { condition: '${{ ACTIONS.body.result < 2 }}' } },
    ]);
    const { body } = (await run.history.details(run.runId, ALL))!.steps;
    expect(body).toMatchObject({ input: { value: 2 }, result: 2, pass: 2 });
    expect(body!.attempts).toMatchObject([
      { input: { value: 0 }, result: 0 },
      { pass: 1, input: { value: 1 }, result: 1 },
      { pass: 2 },
    ]);
  });

  test('show streams a page at a time, and only the steps that are asked for', async () => {
    await using run = await ran([
      { ref: 'each', action: 'core.transform.scatter', args: { collection: ['x', 'y', 'z'] } },
      { ref: 'work', after: ['each'], args: { value: '${{ ACTIONS.each.result }}' } },
    ]);
    const first = (await run.history.details(run.runId, { ...ALL, streams: 2, steps: ['work'] }))!;
    expect(Object.keys(first.steps)).toEqual(['work']);
    expect(first.streams).toMatchObject({ 'each:0': { steps: { work: { input: { value: 'x' }, result: 'x' } } } });
    expect(first).toMatchObject({ streamsTotal: 3, nextStreams: expect.any(String) });
    const next = (await run.history.details(run.runId, { ...ALL, streams: 2, streamsAfter: first.nextStreams! }))!;
    expect(Object.keys(next.streams!)).toEqual(['each:2']);
    expect(next).not.toHaveProperty('nextStreams');
    const wrong = run.history.details(run.runId, { ...ALL, streamsAfter: 'nonsense' });
    await expect(wrong).rejects.toMatchObject({ code: 'STORAGE_CURSOR_INVALID' });
  });

  test('name the run of another workflow', async () => {
    await using run = await ran(
      [{ ref: 'sub', action: 'core.workflow.execute', args: { workflow: 'child', wait_strategy: 'wait' } }],
      undefined,
      { handlers: { child: workflow([{ ref: 'b' }]) } },
    );
    const { sub } = (await run.history.details(run.runId, ALL))!.steps;
    const child = await run.engine.get(sub!.attempts[0]!.runId!);
    expect(child).toMatchObject({ workflow: 'child', parentRunId: run.runId });
  });

  test('keep no arguments of steps that mask them, nor any result of `mask_output`', async () => {
    await using run = await ran([
      { ref: 'in', maskInput: true, args: { value: 'private-1' } },
      {
        ref: 'out',
        maskOutput: true,
        retry: { maxAttempts: 1, retryUntil: '${{ True }}' } as never,
        args: { value: 'private-2' },
      },
    ]);
    const details = (await run.history.details(run.runId, ALL))!;
    expect(details.steps['in']).toMatchObject({ result: 'private-1' });
    expect(details.steps['in']).not.toHaveProperty('input');
    expect(details.steps['out']).toMatchObject({ result: '***' });
    expect(stringifyJson(details)).not.toContain('private-2');
    expect(stringifyJson(await run.history.attempts(run.runId, { limit: 10 }))).not.toContain('private-2');
  });

  test('tell of arguments that are too large to keep only their size', async () => {
    await using run = await ran([{ ref: 'a', args: { value: '${{ TRIGGER }}' } }], () => 1, {
      more: { trigger: 'ü'.repeat(40_000) },
    });
    const { a } = (await run.history.details(run.runId, ALL))!.steps;
    expect(a).toMatchObject({ inputBytes: 80_012 });
    expect(a).not.toHaveProperty('input');
  });

  test('show what is running', async () => {
    const journal = createMemoryJournal();
    await using engine = await testEngine(journal, {
      work: () => new Promise(() => undefined),
      limits: { shutdownMs: 1 },
    });
    const { runId } = await engine.start(request(workflow([{ ref: 'a' }])));
    const { a } = (await historyOf(engine, journal).details(runId, ALL))!.steps;
    expect(a).toMatchObject({ status: 'running', attempts: [{ attempt: 1, status: 'running' }] });
    expect(a).not.toHaveProperty('durationMs');
    await engine.terminate(runId, 'enough');
    const ended = (await historyOf(engine, journal).details(runId, ALL))!.steps['a']!;
    expect(ended).toMatchObject({
      status: 'cancelled',
      attempts: [{ status: 'cancelled', endedAt: expect.any(String) }],
    });
  });

  test('of journals from before such facts were kept show the attempts all the same', async () => {
    await using run = await ran([{ ref: 'a' }]);
    const old = rewritten(run.journal, ({ startedAt: _, input: __, by: ___, ...event }) => event);
    const { a } = (await historyOf(run.engine, old).details(run.runId, ALL))!.steps;
    expect(a!.attempts).toMatchObject([{ attempt: 1, status: 'completed', durationMs: expect.any(Number) }]);
  });

  test('of events that do not fold any more show what they tell, without its place', async () => {
    await using run = await ran([{ ref: 'a', args: { value: 5 } }]);
    const journal = { ...rewritten(run.journal, (event) => event), definition: async () => '{"broken": true}' };
    const details = (await historyOf(run.engine, journal).details(run.runId, ALL))!;
    expect(details.unplaced).toMatchObject([{ status: 'completed', by: 'test@1.0.0' }]);
  });

  test('of a run that nobody knows are nothing', async () => {
    await using run = await ran([{ ref: 'a' }]);
    expect(await run.history.details('no-run', ALL)).toBeUndefined();
    await expect(run.history.attempts('no-run', { limit: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

test('attempts are listed a page at a time and filtered', async () => {
  const forEach = ['${{ for var.x in [0, 1, 2, 3, 4] }}'];
  const step = { ref: 'a', forEach, forEachConcurrency: 1, args: { value: '${{ var.x }}' } };
  await using run = await ran([step, { ref: 'b', after: ['a'] }]);
  const { attempts } = run.history;
  const first = await attempts(run.runId, { step: 'a', limit: 3 });
  expect(first.items.map(({ item }) => item)).toEqual([0, 1, 2]);
  const next = await attempts(run.runId, { step: 'a', limit: 3, cursor: first.nextCursor! });
  expect(next.items).toMatchObject([{ step: 'a', item: 3, input: { value: 3 } }, { item: 4 }]);
  expect(next).not.toHaveProperty('nextCursor');
  expect((await attempts(run.runId, { item: 2, limit: 9 })).items).toHaveLength(1);
  expect((await attempts(run.runId, { status: 'failed', limit: 9 })).items).toEqual([]);
  await expect(attempts(run.runId, { limit: 9, cursor: '!' })).rejects.toMatchObject({
    code: 'STORAGE_CURSOR_INVALID',
  });
});
