import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../test-database.fixture.ts';
import { blobStoreContract } from './blob-store.contract.ts';
import type { BlobStore } from './blob-store.ts';
import { createFolderBlobStore } from './folder-blob-store.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: BlobStore;
beforeAll(async () => {
  folder = await temporaryFolder();
  store = createFolderBlobStore(join(folder.path, 'blobs'));
});
afterAll(() => folder[Symbol.asyncDispose]());

const fileOf = (hash: string) => join(folder.path, 'blobs', hash.slice(0, 2), hash);

blobStoreContract(() => store);

test('content that has changed on disk is not handed out', async () => {
  const hash = await store.put('as it was');
  await writeFile(fileOf(hash), 'as it is');
  await expect(store.get(hash)).rejects.toMatchObject({ code: 'STORAGE_BLOB_CORRUPT' });
});

test('a folder that cannot be written refuses, leaves nothing half done, and serves again once it can', async () => {
  const path = join(folder.path, 'blocked');
  await writeFile(path, 'a file where the folder should be');
  const blocked = createFolderBlobStore(path);
  await expect(blocked.put('x')).rejects.toMatchObject({
    code: 'STORAGE_BLOBS_UNAVAILABLE',
    facts: { retryAfterMs: expect.any(Number) },
  });
  await expect(Array.fromAsync(blocked.list())).rejects.toMatchObject({ code: 'STORAGE_BLOBS_UNAVAILABLE' });
});

test('what a crash has left half written is no blob, and is cleared away once it is old', async () => {
  const half = `${'ab'.repeat(32)}`;
  await mkdir(join(folder.path, 'blobs', 'ab'), { recursive: true });
  const [old, young] = [`${fileOf(half)}.1.new`, `${fileOf(half)}.2.new`];
  await writeFile(old, 'half');
  await writeFile(young, 'half');
  await utimes(old, new Date(0), new Date(0));
  expect(await Array.fromAsync(store.list())).not.toContain(half);
  // Blobs of other tests may stand beside it.
  const left = (await readdir(join(folder.path, 'blobs', 'ab'))).filter((name) => name.startsWith(half));
  expect(left).toEqual([`${half}.2.new`]);
  expect(await store.has(half)).toBe(false);
});

test('an old blob is deleted as unused; one that was put since is not', async () => {
  const [unused, used] = [await store.put('unused'), await store.put('used again')];
  for (const hash of [unused, used]) await utimes(fileOf(hash), new Date(0), new Date(0));
  await store.put('used again');
  expect(await store.delete(unused, 60_000)).toBe(true);
  expect(await store.delete(used, 60_000)).toBe(false);
});

test('whoever puts an old blob while others delete it as unused never ends up with nothing', async () => {
  const hash = await store.put('wanted and unwanted');
  for (let round = 0; round < 50; round++) {
    await utimes(fileOf(hash), new Date(0), new Date(0));
    const deleting = [store.delete(hash, 60_000), store.delete(hash, 60_000)];
    await Promise.all([store.put('wanted and unwanted'), ...deleting]);
    expect(await store.has(hash), `round ${round}`).toBe(true);
  }
});
