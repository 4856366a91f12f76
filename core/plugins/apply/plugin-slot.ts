import type { HostedPlugin } from '../lifecycle/hosted-plugin.ts';
import type { PluginRecord } from '../lifecycle/plugin-record.ts';

/** The place of one id: what serves, what is shown while nothing does, and older versions that somebody still needs. */
export interface PluginSlot {
  readonly id: string;
  readonly current: HostedPlugin;
  readonly older: readonly HostedPlugin[];
  readonly pending?: NonNullable<PluginRecord['pending']>;
}

export function slotRecord({ current, older, pending }: PluginSlot, previous: string | undefined): PluginRecord {
  return {
    ...current.record(),
    ...(pending === undefined ? {} : { pending }),
    ...(older.length === 0 ? {} : { older: older.map(({ version }) => version) }),
    ...(previous === undefined ? {} : { previous }),
  };
}
