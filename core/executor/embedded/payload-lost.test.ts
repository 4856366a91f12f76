import { expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { createMemoryBlobStore } from '../../storage/blobs/memory-blob-store.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { request, testEngine } from '../engine.fixture.ts';
import { withClaimChecks } from '../journal/claim-checks.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { workflow } from '../scheduler/run-driver.fixture.ts';

const two = workflow(
  [
    { ref: 'a', args: { value: '${{ TRIGGER.text }}' } },
    { ref: 'b', after: ['a'] },
  ],
  {
    returns: '${{ ACTIONS.a.result }}',
  },
);

/** Two runs that have one step behind them, the first with a large value, on a host that is gone. */
async function interrupted() {
  const [inner, blobs] = [createMemoryJournal(), createMemoryBlobStore()];
  const journal = withClaimChecks(inner, { blobs, largerThan: 1_000, log: silentLog });
  const stuck = await testEngine(journal, {
    work: ({ run: { step }, args }) => (step === 'b' ? new Promise(() => undefined) : args['value']),
    limits: { shutdownMs: 1 },
  });
  const start = async (text: string) => (await stuck.start(request(two, { trigger: { text } }))).runId;
  const runs = [await start('x'.repeat(2_000)), await start('small')] as const;
  for (const runId of runs) await expect.poll(async () => (await inner.events(runId, 0, 10)).length).toBe(2);
  await stuck[Symbol.asyncDispose]();
  return { inner, blobs, runs };
}

test('a run whose large value is lost fails with that, and no other run notices', async () => {
  const { inner, blobs, runs } = await interrupted();
  for await (const hash of blobs.list()) await blobs.delete(hash, 0);
  const journal = withClaimChecks(inner, { blobs, largerThan: 1_000, log: silentLog });
  await using again = await testEngine(journal);
  expect(await again.result(runs[0])).toMatchObject({ status: 'failed', error: { code: 'RUN_PAYLOAD_LOST' } });
  expect(await again.result(runs[1])).toMatchObject({ status: 'completed', result: 'small' });
});

test('a blob store that is away for a moment during recovery fails no run', async () => {
  const { inner, blobs, runs } = await interrupted();
  let failures = 2;
  const flaky = {
    ...blobs,
    get: async (hash: string) => {
      if (failures-- > 0) throw raise.STORAGE_BLOBS_UNAVAILABLE({ cause: 'EIO' });
      return blobs.get(hash);
    },
  };
  const journal = withClaimChecks(inner, { blobs: flaky, largerThan: 1_000, log: silentLog });
  await using again = await testEngine(journal);
  expect(await again.result(runs[0])).toMatchObject({ status: 'completed', result: 'x'.repeat(2_000) });
});
