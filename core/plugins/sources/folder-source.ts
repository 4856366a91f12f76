import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import { checkIntegrity, checkLocked, fetchedPlugin, stoppable } from './fetched-plugin.ts';
import type { PluginSource } from './plugin-source.ts';
import { folderFailure, readFolder } from './read-folder.ts';

export interface FolderSourceOptions {
  readonly store: PluginStore;
  /** Where relative paths start. */
  readonly base: string;
}

/**
 * Folders somebody works in: `folder:./plugins-local/x`. A snapshot goes into the store and is what runs, so that a running plugin never
 * sees half of a change, and the version before it is still there when the new one fails.
 */
export function folderSource({ store, base }: FolderSourceOptions): PluginSource {
  return {
    kind: 'folder',
    resolve: (wish, signal) =>
      stoppable(`folder:${wish}`, signal, async () => {
        const folder = await existing(resolve(base, wish));
        const { id, version } = readManifest(folder);
        const integrity = await readFolder(folder, { what: basename(folder), signal });
        return { id, version, origin: { from: 'folder', path: wish }, integrity };
      }),
    fetch: ({ version, origin, integrity }, { locked, signal }) => {
      const path = origin.from === 'folder' ? origin.path : '';
      return stoppable(`folder:${path}`, signal, async () => {
        checkLocked(version, locked);
        const expected = locked?.integrity ?? integrity;
        const known = expected === undefined ? undefined : await store.find(expected, locked?.id);
        if (known !== undefined) return fetchedPlugin(known, origin, known.integrity);
        const folder = await existing(resolve(base, path));
        const what = basename(folder);
        const fill = async (copyTo: string) => {
          const found = await readFolder(folder, { what, signal, copyTo });
          if (locked !== undefined) checkIntegrity(`The folder ${folder}`, found, expected);
          else if (found !== integrity) throw raise.PLUGIN_FOLDER_UNSETTLED({ folder, path: folder });
        };
        const artifact = await store.add(fill, { what, signal });
        return fetchedPlugin(artifact, origin, artifact.integrity);
      });
    },
    async forget(id, needed) {
      for (const artifact of await store.list(id)) if (!needed.has(artifact.integrity)) await store.remove(artifact);
    },
  };
}

async function existing(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (thrown) {
    throw folderFailure(folder, thrown);
  }
  throw raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `folder:${folder}`, where: `${folder} is not a folder` });
}
