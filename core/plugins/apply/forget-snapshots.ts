import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { PluginsLock } from '../lock/lock-entry.ts';
import type { PluginSources } from '../plan/find-desired.ts';
import type { ModuleInUse } from '../plugin-host.ts';

export interface SnapshotUse {
  readonly sources: PluginSources;
  readonly lock: PluginsLock;
  /** What runs of this id, takes its last calls, or is shown. */
  readonly held: readonly HostedPlugin[];
  /** What other processes run of it. */
  readonly inUse: readonly ModuleInUse[];
}

/** Every edit of a folder makes a snapshot. Those go that nothing runs and the lock does not name, also not for a step back. */
export async function forgetSnapshots(id: string, { sources, lock, held, inUse }: SnapshotUse): Promise<void> {
  const rows = [...(lock.plugins[id]?.versions ?? []), ...(lock.previous[id] === undefined ? [] : [lock.previous[id]])];
  const running = held.map(({ candidate }) => candidate);
  const needed = [...rows, ...running, ...inUse].flatMap(({ integrity }) => integrity ?? []);
  await sources.get('folder')?.forget?.(id, new Set(needed));
}
