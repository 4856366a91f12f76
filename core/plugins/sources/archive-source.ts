import { mkdtempDisposable, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { PACKAGE_LIMITS } from '../store/package-limits.ts';
import type { PluginStore } from '../store/plugin-store.ts';
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
        const { id, version } = await manifestOf(bytes, basename(wish), signal);
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

/** The manifest of a packed plugin; none of its other files are looked at. Throws as the source does. */
export async function readArchiveManifest(file: string): Promise<Manifest> {
  const { signal } = new AbortController();
  return manifestOf(await readArchive(file, signal), basename(file), signal);
}

async function manifestOf(bytes: Buffer, what: string, signal: AbortSignal): Promise<Manifest> {
  await using place = await mkdtempDisposable(join(tmpdir(), 'plugin-manifest-'));
  await unpackPackage(bytes, place.path, { what, only: ['plugin.json', 'package.json'], signal });
  return readManifest(place.path);
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
