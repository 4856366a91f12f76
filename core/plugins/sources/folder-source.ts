import { constants } from 'node:fs';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { PACKAGE_LIMITS } from '../store/package-limits.ts';
import { createPathChecker } from '../store/path-checker.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import { type SkipEntry, type TreeFile, treeFiles, treeIntegrity } from '../store/tree-integrity.ts';
import { checkIntegrity, checkLocked, fetchedPlugin, stoppable } from './fetched-plugin.ts';
import type { PluginSource } from './plugin-source.ts';
import { isEditorFile, type WatchTiming, watchFolder } from './watch-folder.ts';

export interface FolderSourceOptions {
  readonly store: PluginStore;
  /** Where relative paths start. */
  readonly base: string;
  readonly watch?: WatchTiming;
}

/** What is not part of the plugin. `.bin` holds links to programs that nobody calls here. */
const skip: SkipEntry = ({ name }, path) =>
  name === '.git' || /(?:^|\/)node_modules\/\.bin$/.test(path) || isEditorFile(name);

/**
 * Folders somebody works in: `folder:./plugins-local/x`. A snapshot goes into the store, so that a running plugin never sees half of a
 * change, and the version before it is still there when the new one fails.
 */
export function folderSource({ store, base, watch }: FolderSourceOptions): PluginSource {
  return {
    kind: 'folder',
    resolve: (wish, signal) =>
      stoppable(`folder:${wish}`, signal, async () => {
        const folder = await existing(resolve(base, wish));
        const { id, version } = readManifest(folder);
        await checkedFiles(folder, basename(folder));
        const integrity = await treeIntegrity(folder, basename(folder), skip);
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
        const fill = async (target: string) => {
          await copyTree(folder, target, what, signal);
          checkIntegrity(`The folder ${folder}`, await treeIntegrity(target, what), expected);
        };
        const artifact = await store.add(fill, { what, signal });
        return fetchedPlugin(artifact, origin, artifact.integrity);
      });
    },
    watch: (wish, changed) => watchFolder(resolve(base, wish), changed, watch),
  };
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  const where = found === undefined ? `the folder ${folder} does not exist` : `${folder} is not a folder`;
  throw raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `folder:${folder}`, where });
}

/** The limits come before anything is read: a folder may be far larger than a plugin. */
async function checkedFiles(folder: string, what: string): Promise<readonly TreeFile[]> {
  const checker = createPathChecker(what, PACKAGE_LIMITS);
  const files = await treeFiles(folder, what, skip);
  for (const { path, bytes } of files) {
    checker.take(path, 'file');
    checker.count(bytes, bytes);
  }
  return files;
}

async function copyTree(from: string, to: string, what: string, signal: AbortSignal): Promise<void> {
  for (const { path } of await checkedFiles(from, what)) {
    signal.throwIfAborted();
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(from, path), target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }
}
