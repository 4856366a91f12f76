import { currentEntry, sameFiles } from '../lock/lock-changes.ts';
import type { LockEntry, PluginsLock } from '../lock/lock-entry.ts';
import type { Found } from '../plan/find-desired.ts';

/** Rows of what runs unchanged, but is found in another commit by now: nothing has to start anew, and the lock says where it stands. */
export function sameFilesElsewhere(lock: PluginsLock, found: readonly Found[]): LockEntry[] {
  return found.flatMap(({ wish }) => {
    if (wish?.state !== 'wanted' || wish.entry.origin.from !== 'git') return [];
    const locked = currentEntry(lock, wish.id);
    if (locked?.origin.from !== 'git' || !sameFiles(locked, wish.entry)) return [];
    const isThere = locked.origin.commit === wish.entry.origin.commit && locked.origin.path === wish.entry.origin.path;
    return isThere ? [] : [{ ...wish.entry, capabilities: locked.capabilities }];
  });
}
