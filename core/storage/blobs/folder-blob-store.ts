import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { blobHash, isBlobHash } from './blob-hash.ts';
import type { BlobStore } from './blob-store.ts';

/** Files being written, and those about to be deleted, carry one of these and belong to nobody after a crash. */
const UNFINISHED = '.new';
const DOOMED = '.gone';

/**
 * One file a blob, in 256 sub-folders by the first two digits of its hash. A file gets its name once it is whole and on disk. Its
 * time of change tells when it was last put.
 */
export function createFolderBlobStore(folder: string): BlobStore {
  const made = new Set<string>();
  const pathOf = (hash: string) => {
    if (!isBlobHash(hash)) throw raise.STORAGE_BLOB_MISSING({ hash });
    return join(folder, hash.slice(0, 2), hash);
  };
  const shardOf = async (hash: string) => {
    const shard = join(folder, hash.slice(0, 2));
    if (!made.has(shard)) {
      if ((await mkdir(shard, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
      made.add(shard);
    }
    return shard;
  };
  return withCodedFailures({
    async put(content) {
      const hash = blobHash(content);
      const path = pathOf(hash);
      if (await refreshed(path)) return hash;
      const shard = await shardOf(hash);
      const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
      try {
        await writeWhole(unfinished, content);
        await rename(unfinished, path);
      } catch (error) {
        await unlink(unfinished).catch(() => undefined);
        made.delete(shard);
        throw error;
      }
      await syncFolder(shard);
      return hash;
    },
    async get(hash) {
      const content = await readFile(pathOf(hash)).catch((error) => {
        if (!isAbsent(error)) throw error;
        throw raise.STORAGE_BLOB_MISSING({ hash }, { cause: error });
      });
      if (blobHash(content) !== hash) throw raise.STORAGE_BLOB_CORRUPT({ hash });
      return content;
    },
    has: (hash) => exists(pathOf(hash)),
    async delete(hash, unusedForMs) {
      const path = pathOf(hash);
      if (!(await isOld(path, unusedForMs))) return false;
      // Out of the way first, then looked at again: whoever puts it now either has touched this file or makes a new one.
      const doomed = `${path}.${randomUUID()}${DOOMED}`;
      try {
        await rename(path, doomed);
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
      const old = await isOld(doomed, unusedForMs);
      if (old) await unlink(doomed);
      else await rename(doomed, path);
      return old;
    },
    list: () => listFolder(folder),
  });
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}

/** Makes the names in a folder durable. Some systems cannot, and then keep them by themselves. */
async function syncFolder(path: string): Promise<void> {
  try {
    await using handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Notes that the blob has been put again. False when there is none. */
async function refreshed(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await timeOf(path)) !== undefined;
}

async function isOld(path: string, unusedForMs: number): Promise<boolean> {
  const time = await timeOf(path);
  return time !== undefined && time <= Date.now() - unusedForMs;
}

async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** How old what a crash has left half done must be before it is cleared away; milliseconds. */
const LEFTOVER_MS = 3_600_000;

async function* listFolder(folder: string): AsyncGenerator<string> {
  for await (const shard of entriesOf(folder)) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue;
    for await (const name of entriesOf(join(folder, shard))) {
      if (isBlobHash(name)) yield name;
      else if (name.endsWith(UNFINISHED) || name.endsWith(DOOMED)) await clearLeftover(join(folder, shard, name));
    }
  }
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function clearLeftover(path: string): Promise<void> {
  if (await isOld(path, LEFTOVER_MS)) await unlink(path).catch(() => undefined);
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function withCodedFailures(store: BlobStore): BlobStore {
  const coded = (error: unknown) => {
    if (BackplaneError.is(error)) return error;
    return raise.STORAGE_BLOBS_UNAVAILABLE({ cause: (error as Error).message }, { cause: error, retryAfterMs: 1_000 });
  };
  const guard =
    <Given extends readonly unknown[], T>(method: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      try {
        return await method(...given);
      } catch (error) {
        throw coded(error);
      }
    };
  return {
    put: guard(store.put),
    get: guard(store.get),
    has: guard(store.has),
    delete: guard(store.delete),
    async *list() {
      try {
        yield* store.list();
      } catch (error) {
        throw coded(error);
      }
    },
  };
}
