import { takesCalls } from '../lifecycle/plugin-state.ts';
import type { Running } from '../plan/make-plan.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';
import type { PluginSlot } from './plugin-slot.ts';
import { settingsKey } from './settings-key.ts';

export interface Configurations {
  /** What the running plugins were started with. */
  readonly before: PluginsConfig;
  readonly now: PluginsConfig;
  readonly candidates: ReadonlyMap<string, Candidate>;
}

/** What runs, as a plan compares it. */
export function runningPlugins(
  slots: readonly PluginSlot[],
  { before, now, candidates }: Configurations,
): ReadonlyMap<string, Running> {
  const known = slots.filter(
    ({ current: { state, manifest } }) => state === 'disabled' || (state !== 'discovered' && manifest !== undefined),
  );
  return new Map(
    known.map(({ id, current }) => {
      const candidate = candidates.get(id);
      const reconfigured =
        candidate !== undefined && settingsKey(candidate, now) !== settingsKey(current.candidate, before);
      const enabled = takesCalls(current.state) || current.state === 'verified';
      return [id, { version: current.version, enabled, capabilities: current.capabilities, reconfigured }];
    }),
  );
}
