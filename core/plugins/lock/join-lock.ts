import { isDeepStrictEqual } from 'node:util';
import type { LockFile, SharedLock } from './lock-file.ts';

/**
 * Makes the file of this host and what the hosts of its database share one: the one that counts further wins, and of two that count the
 * same the shared one, since others run it already.
 */
export async function joinLock(file: LockFile, shared: SharedLock): Promise<void> {
  for (;;) {
    const own = file.read();
    const theirs = await shared.newer(-1);
    if (theirs !== undefined && theirs.serial >= own.serial) {
      if (!isDeepStrictEqual(theirs, own)) file.follow(theirs);
      return;
    }
    if (await shared.exchange(theirs?.serial ?? own.serial, own)) return;
  }
}
