import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { blobHash } from './blob-hash.ts';
import type { BlobStore } from './blob-store.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const fresh = () => `ü😀 ${randomBytes(12).toString('hex')}`;

/** What every store of blobs does. */
export function blobStoreContract(store: () => BlobStore): void {
  test('gives back text and bytes under the hash of their content', async () => {
    const content = fresh();
    const hash = await store().put(content);
    expect(hash).toBe(blobHash(content));
    expect(text(await store().get(hash))).toBe(content);
    const bytes = new Uint8Array(randomBytes(300_000));
    expect(Buffer.from(await store().get(await store().put(bytes))).equals(bytes)).toBe(true);
    const empty = await store().put('');
    expect(await store().get(empty)).toHaveLength(0);
  });

  test('the same content is kept once, also when many bring it at the same time', async () => {
    const content = fresh().repeat(10_000);
    const hashes = await Promise.all(Array.from({ length: 20 }, () => store().put(content)));
    expect(new Set(hashes)).toEqual(new Set([blobHash(content)]));
    const listed = (await Array.fromAsync(store().list())).filter((hash) => hash === hashes[0]);
    expect(listed).toHaveLength(1);
    expect(text(await store().get(hashes[0]!))).toBe(content);
  });

  test('what is not there is said to be missing', async () => {
    const hash = blobHash(fresh());
    expect(await store().has(hash)).toBe(false);
    await expect(store().get(hash)).rejects.toMatchObject({ code: 'STORAGE_BLOB_MISSING' });
    await expect(store().get('../../etc/passwd')).rejects.toMatchObject({ code: 'STORAGE_BLOB_MISSING' });
    expect(await store().delete(hash, 0)).toBe(false);
  });

  test('a deleted blob is gone, and can be put again', async () => {
    const content = fresh();
    const hash = await store().put(content);
    expect(await store().has(hash)).toBe(true);
    expect(await store().delete(hash, 0)).toBe(true);
    expect(await store().has(hash)).toBe(false);
    expect(await Array.fromAsync(store().list())).not.toContain(hash);
    expect(await store().put(content)).toBe(hash);
    expect(text(await store().get(hash))).toBe(content);
  });

  test('a blob that was put again lately is not deleted as unused', async () => {
    const hash = await store().put(fresh());
    expect(await store().delete(hash, 60_000)).toBe(false);
    expect(await store().has(hash)).toBe(true);
  });
}
