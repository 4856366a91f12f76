import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { PluginRecord } from '../lifecycle/plugin-record.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry, PluginsLock } from '../lock/lock-entry.ts';
import { isOfRow } from './candidate-of-row.ts';

/** The place of one id: what serves, what is shown while nothing does, and older versions that somebody still needs. */
export interface PluginSlot {
  readonly id: string;
  readonly current: HostedPlugin;
  readonly older: readonly HostedPlugin[];
  readonly pending?: NonNullable<PluginRecord['pending']>;
}

export function slotRecord({ id, current, older, pending }: PluginSlot, lock: PluginsLock): PluginRecord {
  const previous = lock.previous[id]?.version;
  return {
    ...current.record(),
    ...lockedFacts(current, currentEntry(lock, id)),
    ...(pending === undefined ? {} : { pending }),
    ...(older.length === 0 ? {} : { older: older.map(({ version }) => version) }),
    ...(previous === undefined ? {} : { previous }),
  };
}

function lockedFacts({ candidate }: HostedPlugin, row: LockEntry | undefined): Pick<PluginRecord, 'locked'> {
  if (row === undefined || !isOfRow(candidate, row)) return {};
  const { integrity, signature, provenance, capabilities } = row;
  return { locked: { integrity, signature, provenance, capabilities } };
}
