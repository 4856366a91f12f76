import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type PluginsConfig, readPluginsConfig } from '../plugins/plugins-config.ts';

/** Whoever needs the newest configuration asks for it each time: read anew only when the file is another. */
let known: { readonly mark: string; readonly config: PluginsConfig } | undefined;

/** `plugins.yaml` of a configuration folder; its relative paths start beside that folder. Throws CONFIG_INVALID. */
export function readPlugins(configFolder: string): PluginsConfig {
  const file = resolve(configFolder, 'plugins.yaml');
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  const mark = `${file} ${stat?.ino} ${stat?.size} ${stat?.mtimeNs}`;
  if (known?.mark !== mark) known = { mark, config: readPluginsConfig(file, resolve(configFolder, '..'), process.env) };
  return known.config;
}
