import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { PluginOrigin } from '../lifecycle/plugin-record.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import type { PluginSetting, PluginsConfig } from '../plugins-config.ts';
import { pluginFolders } from './plugin-folders.ts';
import type { Recall } from './plugin-source.ts';

/** A plugin that somebody wants or that merely lies there, its manifest read, none of its code run. */
export interface Candidate {
  readonly id: string;
  readonly origin: PluginOrigin;
  readonly manifest: Manifest | BackplaneError;
  /** Absent: built in and not mentioned, or lying in the plugin folder without being named. */
  readonly setting?: PluginSetting;
  /** `sha512-…` of its files, where somebody looked. */
  readonly integrity?: string;
  /** What the lock calls these bytes when that is another digest: that of the download. */
  readonly download?: string;
  readonly recall?: Recall;
  /** False for those that only lie in the plugin folder. */
  readonly wanted: boolean;
}

/** Everything that could run: built-in plugins first, then the configured ones in their order, then unnamed folders. */
export function findPlugins(
  builtinDirs: readonly string[],
  config: PluginsConfig,
  readFailed: (thrown: unknown, id: string) => BackplaneError,
): Candidate[] {
  const read = (folder: string): Manifest | BackplaneError => {
    try {
      return readManifest(folder);
    } catch (thrown) {
      return readFailed(thrown, basename(folder));
    }
  };
  const builtins = new Map(
    builtinDirs.flatMap(pluginFolders).map((path) => {
      const manifest = read(path);
      return ['version' in manifest ? manifest.id : basename(path), { path, manifest }] as const;
    }),
  );
  const setting = (id: string) => (Object.hasOwn(config.plugins, id) ? { setting: config.plugins[id]! } : {});
  const unchanged = [...builtins].filter(([id]) => setting(id).setting?.use === undefined);
  const found: Candidate[] = unchanged.map(([id, { path, manifest }]) => {
    return { id, origin: { from: 'builtin', path }, manifest, ...setting(id), wanted: true };
  });
  for (const [id, given] of Object.entries(config.plugins)) {
    if (given.use === undefined && builtins.has(id)) continue;
    found.push({ id, setting: given, wanted: true, ...locate(id, given) });
  }
  return [...found, ...unnamed()];

  function locate(
    id: string,
    { use = { from: 'folder', path: join(config.folder, id) } }: PluginSetting,
  ): Pick<Candidate, 'origin' | 'manifest'> {
    if (use.from === 'other') return { origin: use, manifest: raise.PLUGIN_SOURCE_UNSUPPORTED({ id, use: use.text }) };
    if (use.from === 'folder') {
      return {
        origin: use,
        manifest: existsSync(use.path) ? read(use.path) : absent(id, `the folder ${use.path} does not exist`),
      };
    }
    const builtin = builtins.get(use.id);
    if (builtin !== undefined) return { origin: { from: 'builtin', path: builtin.path }, manifest: builtin.manifest };
    return {
      origin: { from: 'other', text: `builtin:${use.id}` },
      manifest: absent(id, `none of that name is built in`),
    };
  }

  function absent(id: string, where: string): BackplaneError {
    const didYouMean = nearest(id, [...builtins.keys(), ...pluginFolders(config.folder).map((path) => basename(path))]);
    return raise.PLUGIN_NOT_FOUND({ id, where, didYouMean });
  }

  function unnamed(): Candidate[] {
    const used = new Set(found.map(({ origin }) => (origin.from === 'other' ? '' : origin.path)));
    const names = new Set(found.map(({ id }) => id));
    return pluginFolders(config.folder)
      .filter((path) => !used.has(path) && !names.has(basename(path)))
      .map((path) => ({ id: basename(path), origin: { from: 'folder', path }, manifest: read(path), wanted: false }));
  }
}
