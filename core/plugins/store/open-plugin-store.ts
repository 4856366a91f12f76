import { chmod, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { checkArtifact } from './check-artifact.ts';
import { inBatches } from './in-batches.ts';
import { PACKAGE_LIMITS } from './package-limits.ts';
import { createPathChecker } from './path-checker.ts';
import type { PluginArtifact } from './plugin-artifact.ts';
import type { PluginStore } from './plugin-store.ts';
import { readReceipt, type StoreReceipt, writeReceipt } from './store-receipt.ts';
import { newStaging, STAGING, sweepStaging } from './store-staging.ts';
import { treeFiles, treeIntegrity } from './tree-integrity.ts';

const PACKAGE = 'package';

/** Opens the store, and removes what an earlier host left half done. Several hosts may share the folder. Throws PLUGIN_STORE_UNUSABLE. */
export async function openPluginStore(folder: string): Promise<PluginStore> {
  const root = resolve(folder);
  await usable(root, async () => {
    await mkdir(join(root, STAGING), { recursive: true });
    await sweepStaging(root);
    for (const home of await homes(root)) if (readReceipt(home) === undefined) await discard(root, home);
  });
  return pluginStoreIn(root);
}

/** The store as it lies there; nothing is tidied, and the folder may be absent. For those who only read. */
export function pluginStoreIn(folder: string): PluginStore {
  const root = resolve(folder);
  const list = async (id?: string) =>
    (await usable(root, () => homes(root, id))).flatMap((home) => {
      const receipt = readReceipt(home);
      return receipt === undefined ? [] : [{ home, receipt }];
    });

  const locate: PluginStore['locate'] = async (digest, id) => {
    const found = (await list(id)).find(
      ({ receipt }) => receipt.integrity === digest || receipt.sources.includes(digest),
    );
    return found === undefined ? undefined : stored(found.home, found.receipt);
  };

  return {
    folder: root,
    async add(fill, { what, source, signal }) {
      await using staging = await usable(root, () => newStaging(root));
      const files = join(staging.folder, PACKAGE);
      await usable(root, () => mkdir(files));
      await usable(root, () => fill(files));
      signal?.throwIfAborted();
      const manifest = readManifest(files);
      await usable(root, () => seal(files, what));
      const integrity = await usable(root, () => treeIntegrity(files, what));
      const { id, version } = manifest;
      const home = join(root, id, `${version}-${shortDigest(integrity)}`);
      const before = readReceipt(home);
      // Same files under the same name: whoever was first is right; a further download with the same tree is noted.
      let isOurs = false;
      const sources = [...new Set([...(before?.sources ?? []), ...(source === undefined ? [] : [source])])].sort();
      if (before === undefined || sources.length > before.sources.length) {
        await usable(root, () => writeReceipt(staging.folder, { receipt: 1, id, version, integrity, sources }));
        if (before === undefined) isOurs = await usable(root, () => moveIn(root, staging.folder, home));
        else await usable(root, () => rename(join(staging.folder, 'receipt.json'), join(home, 'receipt.json')));
      }
      const artifact = { id, version, folder: join(home, PACKAGE), manifest, integrity };
      if (!isOurs) await checkArtifact(artifact);
      return artifact;
    },
    async find(digest, id) {
      const artifact = await locate(digest, id);
      if (artifact !== undefined) await checkArtifact(artifact);
      return artifact;
    },
    locate,
    async list(id) {
      return (await list(id)).flatMap(({ home, receipt }) => {
        try {
          return [stored(home, receipt)];
        } catch {
          return [];
        }
      });
    },
    verify: checkArtifact,
    async remove(artifact) {
      await usable(root, () => discard(root, dirname(artifact.folder)));
    },
  };
}

function stored(home: string, { id, version, integrity }: StoreReceipt): PluginArtifact {
  const folder = join(home, PACKAGE);
  try {
    return { id, version, folder, manifest: readManifest(folder), integrity };
  } catch (cause) {
    throw raise.PLUGIN_STORE_DAMAGED({ id, version, problem: (cause as Error).message }, { cause });
  }
}

/** Whatever the source checked already is checked once more: names, links and limits hold for all of them. */
async function seal(files: string, what: string): Promise<void> {
  const checker = createPathChecker(what, PACKAGE_LIMITS);
  const found = await treeFiles(files, what);
  for (const { path, bytes } of found) {
    checker.take(path, 'file');
    checker.count(bytes, bytes);
  }
  await inBatches(found, 32, ({ path, executable }) => chmod(join(files, path), executable ? 0o555 : 0o444));
}

/** One step: others see all of it or nothing. False: another host was faster, and what it brought is used. */
async function moveIn(root: string, staged: string, home: string): Promise<boolean> {
  await mkdir(dirname(home), { recursive: true });
  try {
    await rename(staged, home);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (readReceipt(home) !== undefined) return false;
    await discard(root, home);
    await rename(staged, home);
    return true;
  }
}

async function discard(root: string, home: string): Promise<void> {
  await using staging = await newStaging(root);
  try {
    await rename(home, join(staging.folder, 'gone'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // The folder of the id goes with its last version; one that is not empty stays.
  await rmdir(dirname(home)).catch(() => {});
}

async function homes(root: string, id?: string): Promise<string[]> {
  const below = async (folder: string) =>
    (await readdir(folder, { withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isDirectory() && entry.name !== STAGING)
      .map((entry) => join(folder, entry.name))
      .sort();
  const ids = id === undefined ? await below(root) : [join(root, id)];
  return (await Promise.all(ids.map(below))).flat();
}

const shortDigest = (integrity: string) =>
  Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex', 0, 4);

/** Runs work on files; what the system refuses becomes PLUGIN_STORE_UNUSABLE. */
async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw cause;
    throw raise.PLUGIN_STORE_UNUSABLE({ folder, problem: message }, { cause });
  }
}
