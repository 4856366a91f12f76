import { randomUUIDv7 } from 'node:crypto';
import { stringifyJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { createMemoryBlobStore } from '../../storage/blobs/memory-blob-store.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { withClaimChecks } from '../journal/claim-checks.ts';
import { begin } from '../journal/journal.contract.ts';
import type { Journal, RunEnd } from '../journal/journal.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { Retention } from './retention.ts';

const DAY = 86_400_000;
const NOW = Date.now();
const rules = { completed: 30 * DAY, failed: 90 * DAY, cancelled: Number.POSITIVE_INFINITY };

async function run(
  journal: Journal,
  age: number,
  status: RunEnd['status'] | 'running',
  more: Partial<Parameters<typeof begin>[1]> = {},
): Promise<string> {
  const time = (NOW - age).toString(16).padStart(12, '0');
  const runId = `${time.slice(0, 8)}-${time.slice(8)}${randomUUIDv7().slice(13)}`;
  const end = status === 'running' ? {} : { end: { status, endedAt: NOW - age } };
  await journal.append([{ ...begin(runId, more), ...end }]);
  return runId;
}

function retention(journal: Journal, more: object = {}) {
  const engine = { removeEnded: (runIds: readonly string[]) => journal.remove(runIds) };
  return new Retention({ journal, engine, rules, everyMs: 1_000, log: silentLog, now: () => NOW, ...more });
}

const kept = async (journal: Journal, runs: readonly string[]) =>
  Promise.all(runs.map(async (runId) => (await journal.run(runId)) !== undefined));

test('runs go when they have been kept as long as the rule for their end says, and not before', async () => {
  const journal = createMemoryJournal();
  const runs = [
    await run(journal, 31 * DAY, 'completed'),
    await run(journal, 29 * DAY, 'completed'),
    await run(journal, 91 * DAY, 'failed'),
    await run(journal, 31 * DAY, 'failed'),
    await run(journal, 900 * DAY, 'cancelled'),
    await run(journal, 900 * DAY, 'running'),
  ];
  await using sweeper = retention(journal);
  expect(await sweeper.sweep()).toMatchObject({ runs: 2 });
  expect(await kept(journal, runs)).toEqual([false, true, false, true, true, true]);
});

test('a workflow says for itself how long its runs are kept, shorter or longer', async () => {
  const journal = createMemoryJournal();
  const own = (name: string, keep: object) => ({
    definitionHash: name,
    definition: stringifyJson({ config: { environment: 'default', timeout: 0, retention: keep } }),
  });
  const short = own('short', { completed: '1h' });
  const long = own('long', { completed: 'forever', failed: '12h' });
  const runs = [
    await run(journal, 2 * 3_600_000, 'completed', short),
    await run(journal, 3_000_000, 'completed', short),
    await run(journal, 2 * 3_600_000, 'completed'),
    await run(journal, 400 * DAY, 'completed', long),
    await run(journal, DAY, 'failed', long),
    await run(journal, DAY, 'failed', short),
  ];
  await using sweeper = retention(journal);
  await sweeper.sweep();
  expect(await kept(journal, runs)).toEqual([false, true, true, true, false, true]);
});

test('a child stays as long as the run that waits for it', async () => {
  const journal = createMemoryJournal();
  const parent = await run(journal, 50 * DAY, 'running');
  const child = await run(journal, 40 * DAY, 'completed', { parent: { runId: parent, seq: 1 } });
  await using sweeper = retention(journal);
  await sweeper.sweep();
  expect(await kept(journal, [child])).toEqual([true]);
  await journal.append([{ runId: parent, end: { status: 'completed', endedAt: NOW - 40 * DAY } }]);
  await sweeper.sweep();
  expect(await kept(journal, [child, parent])).toEqual([false, false]);
});

test('thousands of old runs go in batches', async () => {
  const journal = createMemoryJournal();
  for (let i = 0; i < 1_250; i++) await run(journal, 31 * DAY + i, 'completed');
  const batches: number[] = [];
  await using sweeper = retention(journal, { onRemoved: (runs: number) => batches.push(runs) });
  expect(await sweeper.sweep()).toMatchObject({ runs: 1_250 });
  expect(Math.max(...batches)).toBeLessThanOrEqual(100);
});

test('blobs go when nothing refers to them and nobody has put them for a day', async () => {
  let time = NOW;
  const blobs = createMemoryBlobStore(() => time);
  const inner = createMemoryJournal();
  const journal = withClaimChecks(inner, { blobs, largerThan: 1_000, log: silentLog });
  const large = (fill: string) => ({ seq: 1, body: `{"type":"RunStarted","at":1,"trigger":"${fill.repeat(2_000)}"}` });
  const end = { status: 'completed', endedAt: NOW - 31 * DAY } as const;
  const old = `00000000-0000-7000-8000-${randomUUIDv7().slice(24)}`;
  await journal.append([{ ...begin(old), event: large('a'), end }]);
  await journal.append([{ ...begin(randomUUIDv7()), event: large('b') }]);
  const orphan = await blobs.put('left by a crash between put and commit');
  await using first = retention(journal, { blobs, now: () => time });
  expect(await first.sweep()).toMatchObject({ runs: 1, blobs: 0 });
  time += 2 * DAY;
  await using second = retention(journal, { blobs, now: () => time });
  expect(await second.sweep()).toMatchObject({ runs: 0, blobs: 2 });
  expect(await blobs.has(orphan)).toBe(false);
  expect(await Array.fromAsync(blobs.list())).toHaveLength(1);
});

test('an ended run can be deleted at once; one that runs or is still needed cannot', async () => {
  const journal = createMemoryJournal();
  const stay = Promise.withResolvers<void>();
  await using engine = await testEngine(journal, {
    work: ({ run: { step } }) => (step === 's2' ? stay.promise : 1),
    limits: { shutdownMs: 10 },
  });
  const ended = await engine.start(request(chain(1)));
  await engine.result(ended.runId);
  await engine.remove(ended.runId);
  expect(await engine.get(ended.runId)).toBeUndefined();
  await expect(engine.remove(ended.runId)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  const running = await engine.start(request(chain(2)));
  await expect(engine.remove(running.runId)).rejects.toMatchObject({ code: 'RUN_STILL_RUNNING' });
  const child = await run(journal, 1, 'completed', { parent: { runId: running.runId, seq: 1 } });
  await expect(engine.remove(child)).rejects.toMatchObject({
    code: 'RUN_STILL_NEEDED',
    message: expect.stringContaining(running.runId),
  });
});
