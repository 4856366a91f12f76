import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../../errors/catalogue.ts';
import { mapConcurrently } from '../../../registry/template/map-concurrently.ts';
import type { Mirror } from './mirror.ts';
import { type TreeEntry, treeEntries, treeOf } from './tree-entries.ts';

const TREE = 'tree';
const RECEIPT = 'receipt.json';

/** The files of one commit, below `subdir` of the source, as they will stay. */
export interface Checkout {
  readonly commit: string;
  readonly folder: string;
  readonly files: readonly TreeEntry[];
}

/** Where the files of a commit lie or will lie. */
export function checkoutFolder(root: string, commit: string, subdir: string): string {
  const suffix = subdir === '' ? '' : `-${createHash('sha256').update(subdir).digest('hex').slice(0, 8)}`;
  return join(root, `${commit}${suffix}`);
}

/** A checkout that is complete; undefined otherwise. */
export async function openCheckout(root: string, commit: string, subdir: string): Promise<Checkout | undefined> {
  const home = checkoutFolder(root, commit, subdir);
  const text = await readFile(join(home, RECEIPT), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return { commit, folder: join(home, TREE), files: (JSON.parse(text) as { files: TreeEntry[] }).files };
}

/**
 * Writes the files of a commit into a folder of its own, without `.git`, byte for byte as they were committed, or finds them there. The folder
 * appears as a whole or not at all. Throws what {@link treeEntries} throws.
 */
export async function checkOut(mirror: Mirror, commit: string, root: string): Promise<Checkout> {
  const { subdir } = mirror.setting;
  const present = await openCheckout(root, commit, subdir);
  if (present !== undefined) return present;
  const files = await treeEntries(mirror, commit);
  const building = join(root, `.tmp-${randomUUID()}`);
  const tree = join(building, TREE);
  await mkdir(tree, { recursive: true });
  try {
    await write(mirror, { commit, tree, index: join(building, 'index') });
    await mapConcurrently(files, 16, (entry) => checkFile(mirror, { commit, tree, entry }));
    await rm(join(building, 'index'), { force: true });
    await writeFile(join(building, RECEIPT), JSON.stringify({ commit, subdir, files }));
    const home = checkoutFolder(root, commit, subdir);
    if (existsSync(home)) await rm(home, { recursive: true, force: true });
    await rename(building, home);
    return { commit, folder: join(home, TREE), files };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function write(
  { setting, home, git }: Mirror,
  { commit, tree, index }: { readonly commit: string; readonly tree: string; readonly index: string },
): Promise<void> {
  const env = { GIT_INDEX_FILE: index, GIT_WORK_TREE: tree };
  for (const args of [
    ['read-tree', treeOf(commit, setting.subdir)],
    ['checkout-index', '--all', '--force', '--quiet'],
  ]) {
    const { code, stderr } = await git(args, env);
    if (code !== 0)
      throw raise.GIT_REPOSITORY_BROKEN({ source: setting.id, problem: home.redact(stderr.trim()).slice(0, 300) });
  }
}

interface Written {
  readonly commit: string;
  readonly tree: string;
  readonly entry: TreeEntry;
}

/** The content must be the one whose name the signed commit holds, whatever stood between. */
async function checkFile({ setting }: Mirror, { commit, tree, entry }: Written): Promise<void> {
  const { path, blob, executable } = entry;
  const file = join(tree, path);
  const refuse = (problem: string) => raise.GIT_TREE_REFUSED({ source: setting.id, commit, path, problem });
  const stat = await lstat(file).catch(() => undefined);
  if (stat === undefined || !stat.isFile()) throw refuse('was not written as a plain file');
  const content = await readFile(file);
  const algorithm = blob.length === 64 ? 'sha256' : 'sha1';
  const name = createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
  if (name !== blob) throw refuse('was not written as it was committed');
  if (content.length < 1024 && content.toString('latin1').startsWith('version https://git-lfs.github.com/spec/'))
    throw refuse('is kept in LFS, which is not fetched');
  await chmod(file, executable ? 0o555 : 0o444);
}
