import { expect, test } from 'vitest';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import type { Graph } from '../../workflow/graph.ts';
import { chain, gate, request, testEngine } from '../engine.fixture.ts';
import type { Journal } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { systemClock } from './clock.ts';
import { createDefinitionCache } from './definition-cache.ts';
import { RunMachine } from './run-machine.ts';

/** A memory journal whose commits end when the test lets them. */
function gatedJournal() {
  const inner = createMemoryJournal();
  const waiting: { readonly types: readonly string[]; readonly commit: () => void }[] = [];
  const journal: Journal = {
    ...inner,
    async append(writes) {
      const door = gate();
      const types = writes.flatMap(({ event }) =>
        event === undefined ? [] : [(JSON.parse(event.body) as { type: string }).type],
      );
      waiting.push({ types, commit: door.open });
      await door.opened;
      return inner.append(writes);
    },
  };
  return { journal, waiting };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

test('an action with effects begins only when the record before it is durable, and the caller is answered only then', async () => {
  const { journal, waiting } = gatedJournal();
  const calls: string[] = [];
  const engine = await testEngine(journal, { work: ({ run: { step } }) => calls.push(step) });
  let answered = false;
  const started = engine.start(request(chain(2))).then(() => (answered = true));
  await tick();
  expect({ calls, answered }).toEqual({ calls: [], answered: false });
  waiting[0]!.commit();
  await started;
  await expect.poll(() => waiting.length).toBe(2);
  expect(calls).toEqual(['s1']);
  await tick();
  expect(calls).toEqual(['s1']);
  waiting[1]!.commit();
  await expect.poll(() => calls).toEqual(['s1', 's2']);
});

test('pure actions run ahead; their run still counts as ended only when its end is durable', async () => {
  const { journal, waiting } = gatedJournal();
  const calls: string[] = [];
  const ended: string[] = [];
  const engine = await testEngine(journal, {
    effect: 'pure',
    work: ({ run: { step } }) => calls.push(step),
    onRunEnded: (status) => ended.push(status),
  });
  void engine.start(request(chain(3)));
  await expect
    .poll(() => waiting.flatMap(({ types }) => types))
    .toEqual(['RunStarted', 'ActionCompleted', 'ActionCompleted', 'ActionCompleted']);
  expect({ calls, ended }).toEqual({ calls: ['s1', 's2', 's3'], ended: [] });
  for (const { commit } of waiting) commit();
  await expect.poll(() => ended).toEqual(['completed']);
});

test('a run of pure actions whose start the store refuses never was', async () => {
  const inner = createMemoryJournal();
  const refusal = new Error('refused');
  const engine = await testEngine({ ...inner, append: () => Promise.reject(refusal) }, { effect: 'pure' });
  await expect(engine.start(request(chain(5)))).rejects.toBe(refusal);
  expect((await engine.list({ limit: 10 })).items).toEqual([]);
});

test('a fault of the scheduler ends the run, not the host', async () => {
  const definitions = createDefinitionCache();
  const broken = {
    plan: (definition: unknown) => ({
      ...definitions.plan(definition),
      graph: breakEdges(definitions.plan(definition).graph),
    }),
  };
  const journal = createMemoryJournal();
  const ended: string[] = [];
  const machine = new RunMachine({
    journal,
    runner: { run: async () => ({ status: 'completed', result: 1, warnings: [] }) },
    clock: systemClock(),
    log: silentLog,
    definitions: { ...definitions, ...broken },
    cancelGraceMs: 10_000,
    maxConcurrentActions: 1,
    maxEventSize: 1_000_000,
    handlerFor: async () => undefined,
    childFor: () => Promise.reject(new Error('no children here')),
    onEnded: (_, status) => ended.push(status),
    wake: async () => undefined,
    goesOn: async () => false,
  });
  const runId = await machine.begin(request(chain(2)), undefined);
  await expect.poll(() => ended).toEqual(['failed']);
  expect(await journal.run(runId)).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('RUN_ENGINE_FAULT'),
  });
  expect(machine.live.size).toBe(0);
});

/** Edges that lead nowhere. */
function breakEdges(graph: Graph): Graph {
  const actions = graph.actions.map((action) => ({
    ...action,
    outgoing: action.outgoing.map((edge) => ({ ...edge, to: 99 })),
  }));
  return { ...graph, actions };
}
