import { toErrorRecord } from '../../errors/to-record.ts';
import { takesCalls } from '../lifecycle/plugin-state.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import { candidateOfRow } from './candidate-of-row.ts';
import type { PluginManager } from './plugin-manager.ts';

/**
 * At the start of a host: when a folder holds what cannot run, or may not yet, the snapshot that the lock names serves. Why the newer one
 * does not stays to be seen. Never throws; without such a snapshot all is as before.
 */
export async function serveLocked(id: string, manager: PluginManager, config: PluginsConfig): Promise<void> {
  const row = currentEntry(manager.lock(), id);
  const slot = manager.slots.get(id);
  if (row?.origin.from !== 'folder' || slot === undefined || takesCalls(slot.current.state)) return;
  const { candidate: wanted, error, version } = slot.current;
  const wishes = manager.wishes(config);
  if (row.integrity === wanted.integrity || !wishes.sources.has('folder') || wanted.setting?.enabled === false) return;
  // What is neither in the store nor in the folder any more leaves the plugin as it is: its own error says why it does not run.
  const candidate = await candidateOfRow(row, wishes).catch(() => undefined);
  if (candidate === undefined) return;
  const plugin = manager.slots.make(candidate, config);
  plugin.resolve();
  if (plugin.state !== 'resolved') return;
  plugin.verified();
  await plugin.prepare();
  await plugin.takeOver();
  if (!takesCalls(plugin.state)) return;
  const why = error === undefined ? {} : { error: toErrorRecord(error) };
  const pending = slot.pending ?? { kind: 'replace', version, ...why };
  manager.slots.set(id, { id, current: plugin, older: [], pending });
}
