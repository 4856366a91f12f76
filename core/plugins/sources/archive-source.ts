import { mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { PACKAGE_LIMITS } from '../store/package-limits.ts';
import type { PluginStore } from '../store/plugin-store.ts';
import { newStaging } from '../store/store-staging.ts';
import { bytesIntegrity } from '../store/tree-integrity.ts';
import { unpackPackage } from '../store/unpack-package.ts';
import { checkIntegrity, checkLocked, fetchedPlugin, stoppable } from './fetched-plugin.ts';
import type { PluginSource } from './plugin-source.ts';

export interface ArchiveSourceOptions {
  readonly store: PluginStore;
  /** Where relative paths start. */
  readonly base: string;
}

/** Files that were carried here: `archive:./tickets-1.4.2.hkp`. A package must bring all it needs. */
export function archiveSource({ store, base }: ArchiveSourceOptions): PluginSource {
  return {
    kind: 'archive',
    resolve: (wish, signal) =>
      stoppable(`archive:${wish}`, signal, async () => {
        const bytes = await readArchive(resolve(base, wish), signal);
        const what = basename(wish);
        await using staging = await newStaging(store.folder);
        const folder = join(staging.folder, 'manifest');
        await mkdir(folder);
        await unpackPackage(bytes, folder, { what, only: ['plugin.json', 'package.json'], signal });
        const { id, version } = readManifest(folder);
        return { id, version, origin: { from: 'archive', file: wish }, integrity: bytesIntegrity(bytes) };
      }),
    fetch: ({ version, origin, integrity }, { locked, signal }) => {
      const file = origin.from === 'archive' ? origin.file : '';
      return stoppable(`archive:${file}`, signal, async () => {
        checkLocked(version, locked);
        const expected = locked?.integrity ?? integrity;
        const known = expected === undefined ? undefined : await store.find(expected, locked?.id);
        if (known !== undefined) return fetchedPlugin(known, origin, expected!);
        const bytes = await readArchive(resolve(base, file), signal);
        const what = basename(file);
        const source = bytesIntegrity(bytes);
        checkIntegrity(what, source, expected);
        const fill = (folder: string) => unpackPackage(bytes, folder, { what, signal });
        return fetchedPlugin(await store.add(fill, { what, source, signal }), origin, source);
      });
    },
  };
}

async function readArchive(file: string, signal: AbortSignal): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > PACKAGE_LIMITS.archiveBytes) {
      throw raise.PLUGIN_TOO_LARGE({ what: basename(file), limit: `${PACKAGE_LIMITS.archiveBytes} bytes` });
    }
    return await readFile(file, { signal });
  } catch (cause) {
    const { syscall, code, name } = cause as NodeJS.ErrnoException;
    if (syscall === undefined || name === 'AbortError') throw cause;
    const where = code === 'ENOENT' ? `the file ${file} does not exist` : `the file ${file} cannot be read (${code})`;
    throw raise.PLUGIN_SOURCE_NOT_FOUND({ wish: `archive:${file}`, where }, { cause });
  }
}
