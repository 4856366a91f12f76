import { raise } from '../../errors/catalogue.ts';
import { blobHash } from './blob-hash.ts';
import type { BlobStore } from './blob-store.ts';

/** Blobs that live as long as the object, for runs without a server. */
export function createMemoryBlobStore(now: () => number = Date.now): BlobStore {
  const blobs = new Map<string, { readonly content: Uint8Array; putAt: number }>();
  return {
    async put(content) {
      const hash = blobHash(content);
      const kept = blobs.get(hash);
      if (kept === undefined) blobs.set(hash, { content: Buffer.from(content as string), putAt: now() });
      else kept.putAt = now();
      return hash;
    },
    async get(hash) {
      const kept = blobs.get(hash);
      if (kept === undefined) throw raise.STORAGE_BLOB_MISSING({ hash });
      return kept.content;
    },
    has: async (hash) => blobs.has(hash),
    async delete(hash, unusedForMs) {
      const kept = blobs.get(hash);
      return kept !== undefined && kept.putAt <= now() - unusedForMs && blobs.delete(hash);
    },
    async *list() {
      yield* [...blobs.keys()];
    },
  };
}
