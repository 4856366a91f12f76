import type { Log } from '@backplane/sdk';
import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { PluginsLock } from '../lock/lock-entry.ts';
import { fetchedCandidate, fetchLocked, type PluginSources } from '../plan/find-desired.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import { keyOf } from './outcome.ts';
import type { SlotTable } from './slot-table.ts';

export interface OlderOptions {
  readonly lock: PluginsLock;
  readonly sources: PluginSources;
  readonly slots: SlotTable;
  readonly config: PluginsConfig;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** False: it cannot run, and its record says why. */
  prepared(plugin: HostedPlugin): Promise<boolean>;
}

/** Brings up the versions that the lock lists beside the current ones. One that is not there any more is told in the log. */
export async function bringUpOlder({
  lock,
  sources,
  slots,
  config,
  log,
  signal,
  prepared,
}: OlderOptions): Promise<void> {
  const rows = Object.values(lock.plugins).flatMap(({ current, versions }) =>
    versions.filter(({ version }) => version !== current),
  );
  await Promise.all(
    rows.map(async (row) => {
      const slot = slots.get(row.id);
      const source = sources.get(row.origin.from);
      if (slot === undefined || source === undefined) return;
      try {
        const fetched = await fetchLocked(source, row, signal);
        const plugin = slots.make(fetchedCandidate(slot.current.candidate, fetched, row.use ?? row.id), config);
        if (!(await prepared(plugin))) return;
        plugin.keepBeside();
        const now = slots.get(row.id) ?? slot;
        slots.set(row.id, { ...now, older: [...now.older, plugin] });
      } catch (error) {
        log.error('a version that workflows may need is not there', { plugin: keyOf(row), problem: String(error) });
      }
    }),
  );
}
