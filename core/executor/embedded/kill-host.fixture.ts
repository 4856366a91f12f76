/**
 * A small host for the kill test: `node kill-host.fixture.ts DATA UPSTREAM RUNS small|large`. With `large`, results stand in the blob
 * store, runs leave snapshots, and those that wait leave the memory. Accepts runs as fast as it can and prints a line for
 * each one acknowledged, until it is killed or told by a line on stdin which runs to report on, after which it stops.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createFolderBlobStore } from '../../storage/blobs/folder-blob-store.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { withClaimChecks } from '../journal/claim-checks.ts';
import { openPostgresJournal } from '../journal/postgres-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

const [dataDir, upstream, maximum, load] = process.argv.slice(2) as [string, string, string, 'small' | 'large'];
const isLarge = load === 'large';
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

await using database = await openDatabase({ dataDir, log: silentLog });
const stored = await openPostgresJournal({ url: database.url, log: silentLog });
const blobs = createFolderBlobStore(join(dataDir, 'blobs'));
const journal = isLarge ? withClaimChecks(stored, { blobs, largerThan: 100_000, log: silentLog }) : stored;
await using engine = await testEngine(journal, {
  limits: { shutdownMs: 2_000, hibernateAfterMs: isLarge ? 1 : 60_000 },
  work: async ({ run: { id, step, idempotencyKey }, args, signal }) => {
    const answer = await fetch(`${upstream}/${id}/${step}`, {
      method: 'POST',
      headers: { 'idempotency-key': idempotencyKey },
      signal,
    });
    await answer.arrayBuffer();
    return isLarge ? { value: args['value'], padding: `${id} ${'x'.repeat(120_000)}` } : args['value'];
  },
});
print({ ready: database.url });

/** As `chain(4)`, with values in maps and a moment of waiting before the last. */
const largeChain = workflow(
  [1, 2, 3, 4].map((n) => ({
    ref: `s${n}`,
    args: { value: n === 1 ? 1 : `\${{ ACTIONS.s${n - 1}.result.value + 1 }}` },
    ...(n > 1 && { after: [`s${n - 1}`] }),
    ...(n === 4 && { startDelay: 0.5 }),
  })),
  { returns: '${{ ACTIONS.s4.result.value }}' },
);

const definition = isLarge ? largeChain : chain(4);
let left = Number(maximum);
const accept = async () => {
  while (left > 0) {
    left--;
    const { runId } = await engine.start(request(definition));
    print({ acknowledged: runId });
    await engine.result(runId);
  }
};
const lanes = Promise.all(Array.from({ length: 16 }, accept));

for await (const line of createInterface({ input: process.stdin })) {
  await lanes;
  const results: Record<string, unknown> = {};
  for (const runId of JSON.parse(line) as string[]) {
    const { status, result } = await engine.result(runId);
    results[runId] = `${status} ${result}`;
  }
  print({ results });
  break;
}
