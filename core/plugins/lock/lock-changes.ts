import { raise } from '../../errors/catalogue.ts';
import type { LockEntry, PluginsLock } from './lock-entry.ts';

/** Throws PLUGIN_LOCK_CONFLICT when the lock is not the one that somebody looked at. */
export function checkSerial(seen: number | undefined, { serial }: PluginsLock): void {
  if (seen !== undefined && seen !== serial) throw raise.PLUGIN_LOCK_CONFLICT({ expected: seen, found: serial });
}

/** What runs for everybody who names no version. */
export function currentEntry(lock: PluginsLock, id: string): LockEntry | undefined {
  if (!Object.hasOwn(lock.plugins, id)) return undefined;
  const { current, versions } = lock.plugins[id]!;
  return versions.find(({ version }) => version === current);
}

/** Makes `entry` current; the row before stays for one step back, and in the list while `keeps` says that something needs it. */
export function withCurrent(lock: PluginsLock, entry: LockEntry, keeps: (old: LockEntry) => boolean): PluginsLock {
  const { id, version } = entry;
  const before = currentEntry(lock, id);
  const older = (lock.plugins[id]?.versions ?? []).filter((old) => old.version !== version && keeps(old));
  const previous =
    before === undefined || sameFiles(before, entry) ? lock.previous : { ...lock.previous, [id]: before };
  return {
    ...lock,
    serial: lock.serial + 1,
    plugins: { ...lock.plugins, [id]: { current: version, versions: [...older, entry] } },
    previous,
  };
}

export function withoutPlugin(lock: PluginsLock, id: string): PluginsLock {
  const { [id]: _, ...plugins } = lock.plugins;
  const { [id]: __, ...previous } = lock.previous;
  return { ...lock, serial: lock.serial + 1, plugins, previous };
}

/** The row to go back to. Throws PLUGIN_NO_PREVIOUS. */
export function previousEntry(lock: PluginsLock, id: string): LockEntry {
  if (!Object.hasOwn(lock.previous, id)) throw raise.PLUGIN_NO_PREVIOUS({ id });
  return lock.previous[id]!;
}

/** A version that stays though it is not current, and why. */
export interface Kept {
  readonly id: string;
  readonly version: string;
  readonly why: string;
}

/** Drops what nothing needs any more; the row to go back to stays where it is. `needs` says why a version must stay. */
export function pruned(
  lock: PluginsLock,
  needs: (entry: LockEntry) => string | undefined,
): { readonly lock: PluginsLock; readonly removed: readonly LockEntry[]; readonly kept: readonly Kept[] } {
  const removed: LockEntry[] = [];
  const kept: Kept[] = [];
  const stays = (entry: LockEntry): boolean => {
    const isCurrent = lock.plugins[entry.id]?.current === entry.version;
    const why = isCurrent ? 'it is the current one' : needs(entry);
    if (why === undefined) removed.push(entry);
    else if (!isCurrent) kept.push({ id: entry.id, version: entry.version, why });
    return why !== undefined;
  };
  const plugins = Object.fromEntries(
    Object.entries(lock.plugins).map(([id, { current, versions }]) => [
      id,
      { current, versions: versions.filter(stays) },
    ]),
  );
  const changed = removed.length > 0;
  return { lock: changed ? { ...lock, serial: lock.serial + 1, plugins } : lock, removed, kept };
}

export function sameFiles(a: LockEntry, b: Pick<LockEntry, 'version' | 'integrity'>): boolean {
  return a.version === b.version && a.integrity === b.integrity;
}
