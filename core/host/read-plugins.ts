import { resolve } from 'node:path';
import { type PluginsConfig, readPluginsConfig } from '../plugins/plugins-config.ts';

/** `plugins.yaml` of a configuration folder; its relative paths start beside that folder. Throws CONFIG_INVALID. */
export function readPlugins(configFolder: string): PluginsConfig {
  return readPluginsConfig(resolve(configFolder, 'plugins.yaml'), resolve(configFolder, '..'), process.env);
}
