import { parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blobHash } from '../../storage/blobs/blob-hash.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { chain, gate, request, testEngine } from '../engine.fixture.ts';
import type { Snapshot, StoredRun } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import type { Command } from '../scheduler/command.ts';
import { newRunState } from '../scheduler/initial-state.ts';
import { openCommands } from '../scheduler/open-commands.ts';
import { play, randomRun } from '../scheduler/random-run.fixture.ts';
import { reduce } from '../scheduler/reduce.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';
import type { RunState } from '../scheduler/state.ts';
import { createDefinitionCache } from './definition-cache.ts';
import { newLiveRun } from './live-run.ts';
import { restoreRun } from './restore-run.ts';
import { SNAPSHOT_FORMAT, takeSnapshot } from './snapshot.ts';

const stored: StoredRun = {
  runId: 'run-1',
  workspace: DEFAULT_WORKSPACE,
  workflow: 'w',
  version: 1,
  definitionHash: 'hash',
  triggerType: 'api',
  status: 'running',
  startedAt: 1,
};

/** What the scheduler has asked for and nothing has answered; of a child that has started only that it is waited for. */
function unanswered(commands: readonly Command[], { pending }: RunState) {
  return commands
    .filter((command) => command.type === 'RunAction' || command.type === 'StartTimer' || command.type === 'StartChild')
    .filter(({ seq }) => Object.hasOwn(pending, seq))
    .map((command) => {
      const what = pending[command.seq]!;
      return what.kind === 'child' && what.runId !== undefined ? { seq: command.seq, wait: what.wait } : command;
    });
}

describe('any run, wherever it is cut off', () => {
  test('goes on from a snapshot and the events after it as from all of its events', async () => {
    const places = fc.record({ order: fc.nat(1_000_000), cut: fc.nat(9_999), at: fc.nat(9_999) });
    await fc.assert(
      fc.asyncProperty(randomRun, places, async (random, { order, cut, at }) => {
        const { graph, events } = play(random, { order });
        fc.pre(events.length > 1);
        const length = 1 + (cut % (events.length - 1));
        const until = 1 + (at % length);
        const state = newRunState();
        const given: Command[] = [];
        const live = newLiveRun('run-1', stored, graph);
        let snapshot: Snapshot | undefined;
        const journal = createMemoryJournal();
        const start = { ...stored, definition: '{}' };
        for (const [i, event] of events.slice(0, length).entries()) {
          given.push(...reduce(graph, state, event));
          const body = stringifyJson(event);
          await journal.append([{ runId: 'run-1', event: { seq: i + 1, body }, ...(i === 0 && { start }) }]);
          if (i + 1 !== until) continue;
          Object.assign(live, { state, appended: until, size: 17 });
          snapshot = takeSnapshot(live);
        }
        await journal.append([{ runId: 'run-1', snapshot: snapshot! }]);
        const read: number[] = [];
        const watched = {
          ...journal,
          events: (runId: string, after: number, limit: number) => {
            read.push(after);
            return journal.events(runId, after, limit);
          },
        };
        const definitions = { ...createDefinitionCache(), graph: async () => graph };
        const { run, commands } = await restoreRun(stored, { journal: watched, definitions });
        expect(read).toEqual([until]);
        expect(parseJson(stringifyJson(run.state))).toEqual(parseJson(stringifyJson(state)));
        expect(run.appended).toBe(length);
        expect(unanswered(commands, run.state)).toEqual(unanswered(given, state));
        expect(openCommands(graph, state)).toEqual(commands);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a snapshot that cannot be used is passed over', () => {
  /** A run of three steps that stands before its third, with a snapshot changed by the test. */
  async function resumed(change: (snapshot: Snapshot & { readonly body: string }) => Snapshot) {
    const journal = createMemoryJournal();
    const stuck = await testEngine(journal, {
      work: ({ run, args }) => (run.step === 's3' ? new Promise(() => undefined) : args['value']),
      limits: { shutdownMs: 1 },
    });
    const { runId } = await stuck.start(request(chain(3)));
    await expect.poll(async () => (await journal.events(runId, 0, 10)).length).toBe(3);
    await stuck[Symbol.asyncDispose]();
    const definitions = createDefinitionCache();
    const run = (await journal.run(runId))!;
    const restored = await restoreRun(run, { journal, definitions });
    await journal.append([{ runId, snapshot: change(takeSnapshot(restored.run)) }]);
    const ran: string[] = [];
    await using again = await testEngine(journal, {
      work: (invocation) => {
        ran.push(invocation.run.step);
        return invocation.args['value'];
      },
    });
    expect(await again.result(runId)).toMatchObject({ status: 'completed', result: 3 });
    expect(ran).toEqual(['s3']);
  }
  const rewritten = (body: string): Snapshot => ({ seq: 3, hash: blobHash(body), body });

  test.each<[string, Parameters<typeof resumed>[0]]>([
    ['as it is', (snapshot) => snapshot],
    ['altered', (snapshot) => ({ ...snapshot, body: snapshot.body.replace('"result":2', '"result":7') })],
    ['cut off', ({ body }) => rewritten(body.slice(0, 50))],
    ['of an older format', ({ body }) => rewritten(body.replace(`"format":${SNAPSHOT_FORMAT}`, '"format":0'))],
    ['of another run', ({ body }) => rewritten(body.replace(/"runId":"[^"]*"/, '"runId":"other"'))],
    ['lost', ({ seq, hash }) => ({ seq, hash })],
  ])('%s', (_, change) => resumed(change));
});

test('a run that journals much leaves snapshots, which together hold no more than twice its events', async () => {
  const inner = createMemoryJournal();
  const taken: number[] = [];
  const journal: typeof inner = {
    ...inner,
    append: (writes, how) => {
      for (const { snapshot } of writes) if (snapshot !== undefined) taken.push(snapshot.body!.length);
      return inner.append(writes, how);
    },
  };
  const last = gate();
  const steps = Array.from({ length: 40 }, (_, i) => ({ ref: `s${i + 1}`, ...(i > 0 && { after: [`s${i}`] }) }));
  await using engine = await testEngine(journal, {
    work: async ({ run }) => {
      if (run.step === 's40') await last.opened;
      return 'x'.repeat(50_000);
    },
  });
  const { runId } = await engine.start(request(workflow(steps)));
  await expect.poll(async () => (await inner.events(runId, 0, 100)).length).toBe(40);
  await expect.poll(async () => (await inner.snapshot(runId))?.seq).toBeGreaterThan(20);
  last.open();
  await engine.result(runId);
  const total = taken.reduce((sum, size) => sum + size, 0);
  expect(taken.length).toBeGreaterThan(2);
  expect(total).toBeLessThan(2 * 40 * 50_000);
  expect(await inner.snapshot(runId)).toBeUndefined();
});
