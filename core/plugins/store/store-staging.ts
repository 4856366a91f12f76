import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarkAlive, PROCESS_MARK } from './process-mark.ts';

/** Below the store, so that moving out of it is one step on the same disk. */
export const STAGING = '.staging';

/** Folders of this process that are in use; others with its number are of a process before it. */
const inUse = new Set<string>();
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

export interface Staging extends AsyncDisposable {
  readonly folder: string;
}

export async function newStaging(root: string): Promise<Staging> {
  const name = `${PROCESS_MARK}-${crypto.randomUUID()}`;
  const folder = join(root, STAGING, name);
  inUse.add(name);
  await mkdir(folder, { recursive: true });
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
      inUse.delete(name);
    },
  };
}

/** Removes what dead processes of this machine left, and what hosts elsewhere have not touched for an hour. */
export async function sweepStaging(root: string): Promise<void> {
  for (const name of await readdir(join(root, STAGING))) {
    const folder = join(root, STAGING, name);
    if (await isAbandoned(name, folder)) await rm(folder, { recursive: true, force: true });
  }
}

async function isAbandoned(name: string, folder: string): Promise<boolean> {
  if (name.startsWith(`${PROCESS_MARK}-`)) return !inUse.has(name);
  const alive = isMarkAlive(name);
  if (alive !== undefined) return !alive;
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
}
