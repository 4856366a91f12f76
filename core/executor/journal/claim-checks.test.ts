import { randomUUIDv7 } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { raise } from '../../errors/catalogue.ts';
import { blobHash } from '../../storage/blobs/blob-hash.ts';
import type { BlobStore } from '../../storage/blobs/blob-store.ts';
import { createMemoryBlobStore } from '../../storage/blobs/memory-blob-store.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { withClaimChecks } from './claim-checks.ts';
import { begin, journalContract } from './journal.contract.ts';
import { journalDepthContract } from './journal-depth.contract.ts';
import { createMemoryJournal } from './memory-journal.ts';

const large = (seq: number, fill = 'x') =>
  `{"type":"ActionCompleted","seq":${seq},"at":7,"result":"${fill.repeat(2_000)}"}`;
const small = (seq: number) => `{"type":"TimerFired","seq":${seq},"at":8}`;

/** A store whose `put` does what the test says. */
function storeWith(put: (content: string, store: BlobStore) => Promise<string>) {
  const store = createMemoryBlobStore();
  return { ...store, put: (content: string | Uint8Array) => put(content as string, store) };
}

function open(blobs: BlobStore = createMemoryBlobStore()) {
  const inner = createMemoryJournal();
  return { inner, blobs, journal: withClaimChecks(inner, { blobs, largerThan: 1_000, log: silentLog }) };
}

describe('a journal with claim checks', () => {
  const { journal } = open();
  journalContract(() => journal);
  journalDepthContract(() => journal);
});

test('a large event stands in the blob store, the same one once, and is read back whole', async () => {
  const { journal, inner, blobs } = open();
  const runs = [randomUUIDv7(), randomUUIDv7()];
  for (const runId of runs) {
    await journal.append([begin(runId)]);
    await journal.append([{ runId, event: { seq: 2, body: large(1, 'ü') } }]);
    const [, stored] = await inner.events(runId, 0, 10);
    const hash = blobHash(large(1, 'ü'));
    expect(stored!.body).toBe(
      `{"type":"ActionCompleted","seq":1,"at":7,"blob":"${hash}","size":${Buffer.byteLength(large(1, 'ü'))}}`,
    );
    expect(await journal.payload(stored!)).toBe(large(1, 'ü'));
    expect(await inner.unreferenced([hash])).toEqual([]);
  }
  expect(await Array.fromAsync(blobs.list())).toHaveLength(1);
});

test('a small event goes to the journal at once and is not even counted', async () => {
  const { journal, inner, blobs } = open();
  const runId = randomUUIDv7();
  await journal.append([begin(runId)]);
  void journal.append([{ runId, event: { seq: 2, body: small(1) } }]);
  expect(await inner.events(runId, 1, 10)).toHaveLength(1);
  expect(await Array.fromAsync(blobs.list())).toEqual([]);
});

test('what is appended for a run behind a large event waits its turn; other runs do not', async () => {
  const gate = Promise.withResolvers<void>();
  const { journal, inner } = open(
    storeWith(async (content, store) => {
      await gate.promise;
      return store.put(content);
    }),
  );
  const [run, other] = [randomUUIDv7(), randomUUIDv7()];
  await journal.append([begin(run), begin(other)]);
  const appended = [
    journal.append([{ runId: run, event: { seq: 2, body: large(1) } }]),
    journal.append([{ runId: run, event: { seq: 3, body: small(2) } }]),
    journal.append([{ runId: run, event: { seq: 4, body: large(3) } }]),
  ];
  await journal.append([{ runId: other, event: { seq: 2, body: small(1) } }]);
  expect(await inner.events(run, 1, 10)).toEqual([]);
  expect(journal.queued).toBe(3);
  gate.resolve();
  await Promise.all(appended);
  expect((await inner.events(run, 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(journal.queued).toBe(0);
});

test('a blob store that refuses refuses new runs with all that follows, and holds back running ones until it serves', async () => {
  let full = true;
  const { journal, inner } = open(
    storeWith(async (content, store) => {
      if (full) throw raise.STORAGE_BLOBS_UNAVAILABLE({ cause: 'ENOSPC: no space left on device' });
      return store.put(content);
    }),
  );
  const [fresh, running] = [randomUUIDv7(), randomUUIDv7()];
  await journal.append([begin(running)]);
  const refused = journal.append([{ ...begin(fresh), event: { seq: 1, body: large(1) } }], { refusable: true });
  const ahead = journal.append([{ runId: fresh, event: { seq: 2, body: small(1) } }]);
  const held = journal.append([{ runId: running, event: { seq: 2, body: large(1) } }]);
  await expect(refused).rejects.toMatchObject({ code: 'STORAGE_BLOBS_UNAVAILABLE' });
  await expect(ahead).rejects.toMatchObject({ code: 'STORAGE_BLOBS_UNAVAILABLE' });
  expect(await inner.run(fresh)).toBeUndefined();
  full = false;
  await held;
  expect(await inner.events(running, 0, 10)).toHaveLength(2);
});

test('going to sleep that fails for want of a snapshot keeps nothing back', async () => {
  const { journal, inner } = open(
    storeWith(async () => {
      throw raise.STORAGE_BLOBS_UNAVAILABLE({ cause: 'EIO' });
    }),
  );
  const runId = randomUUIDv7();
  await journal.append([begin(runId)]);
  const body = 'x'.repeat(2_000);
  const asleep = journal.append([{ runId, wakeAt: 5, snapshot: { seq: 1, hash: blobHash(body), body } }], {
    refusable: true,
  });
  const woken = journal.append([{ runId, event: { seq: 2, body: small(1) }, wakeAt: null }]);
  await expect(asleep).rejects.toMatchObject({ code: 'STORAGE_BLOBS_UNAVAILABLE' });
  await woken;
  expect(await inner.run(runId)).not.toHaveProperty('wakeAt');
});

test('a lost or altered value is said to be lost, with the record that needs it; a lost snapshot is none', async () => {
  const { journal, blobs } = open();
  const runId = randomUUIDv7();
  await journal.append([begin(runId)]);
  await journal.append([{ runId, event: { seq: 2, body: large(1) } }]);
  const body = 'y'.repeat(2_000);
  await journal.append([{ runId, snapshot: { seq: 2, hash: blobHash(body), body } }]);
  expect(await journal.snapshot(runId)).toEqual({ seq: 2, hash: blobHash(body), body });
  for await (const hash of blobs.list()) await blobs.delete(hash, 0);
  const [event] = await journal.events(runId, 1, 1);
  await expect(journal.payload(event!)).rejects.toMatchObject({
    code: 'RUN_PAYLOAD_LOST',
    message: expect.stringContaining('record 2'),
  });
  expect(await journal.snapshot(runId)).toEqual({ seq: 2, hash: blobHash(body) });
});
