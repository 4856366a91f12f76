import type { PluginsConfig } from '../plugins-config.ts';
import type { Candidate } from '../sources/find-plugins.ts';

/** Equal for settings that mean the same to a plugin, wherever in the file they stand. */
export function settingsKey({ id, setting }: Candidate, { trust }: PluginsConfig): string {
  const { config, grants, tier } = setting ?? {};
  return JSON.stringify([config ?? {}, grants ?? {}, tier ?? '', trust.includes(id)]);
}
