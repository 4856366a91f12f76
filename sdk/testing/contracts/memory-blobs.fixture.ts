import { createHash } from 'node:crypto';
import type { BlobBucket, ByteStream } from '@backplane/sdk';

/** A store of blobs in memory; with `isWhole` false it keeps half of what breaks off. */
export function memoryBlobs(isWhole: boolean): BlobBucket {
  const blobs = new Map<string, Uint8Array>();
  const facts = (key: string, bytes: Uint8Array) => {
    const etag = createHash('sha256').update(bytes).digest('hex');
    return { key, size: bytes.length, etag, modifiedAt: 0 };
  };
  return {
    async put(key, content) {
      const pieces: Uint8Array[] = [];
      for await (const piece of content) {
        pieces.push(piece);
        if (!isWhole) blobs.set(key, Buffer.concat(pieces));
      }
      const bytes = Buffer.concat(pieces);
      blobs.set(key, bytes);
      return facts(key, bytes);
    },
    async get(key, { range }) {
      const bytes = blobs.get(key);
      if (bytes === undefined) return undefined;
      const part = range === undefined ? bytes : bytes.subarray(range[0], range[1] + 1);
      return { facts: facts(key, bytes), content: one(part) };
    },
    async head(key) {
      const bytes = blobs.get(key);
      return bytes === undefined ? undefined : facts(key, bytes);
    },
    async remove(key) {
      blobs.delete(key);
    },
    async *list(prefix) {
      for (const key of [...blobs.keys()].sort()) if (key.startsWith(prefix)) yield facts(key, blobs.get(key)!);
    },
  };
}

async function* one(bytes: Uint8Array): ByteStream {
  yield bytes;
}
