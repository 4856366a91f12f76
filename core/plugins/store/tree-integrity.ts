import { createHash, hash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { raise } from '../../errors/catalogue.ts';
import { inBatches } from './in-batches.ts';

/** Files that are looked at side by side, and the size up to which one is read in a piece. */
const AT_ONCE = 32;
const WHOLE_BYTES = 1024 * 1024;

/** A file of a tree: its path with forward slashes. */
export interface TreeFile {
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: number;
}

export type SkipEntry = (entry: Dirent, path: string) => boolean;

/** All files below `folder`, sorted by the bytes of their paths. Throws PLUGIN_FILE_REFUSED for anything that is neither file nor folder. */
export async function treeFiles(folder: string, what: string, skip: SkipEntry = () => false): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  const walk = async (parent: string): Promise<void> => {
    const entries = await readdir(join(folder, parent), { withFileTypes: true });
    await inBatches(entries, AT_ONCE, async (entry) => {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (skip(entry, path) || entry.isDirectory()) return;
      if (!entry.isFile()) {
        const problem = entry.isSymbolicLink() ? 'is a link' : 'is neither a file nor a folder';
        throw raise.PLUGIN_FILE_REFUSED({ what, path, problem });
      }
      const { mode, size } = await stat(join(folder, path));
      files.push({ path, executable: (mode & 0o111) !== 0, bytes: size });
    });
    for (const entry of entries.filter((each) => each.isDirectory())) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (!skip(entry, path)) await walk(path);
    }
  };
  await walk('');
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/**
 * `sha512-…` of the canonical list of files: path, whether executable, content. The same on every machine: neither times nor owners nor
 * the order on disk count, and empty folders do not exist.
 */
export async function treeIntegrity(folder: string, what: string, skip?: SkipEntry): Promise<string> {
  const files = await treeFiles(folder, what, skip);
  const digests = await inBatches(files, AT_ONCE, ({ path, bytes }) => contentDigest(join(folder, path), bytes));
  return listIntegrity(files.map(({ path, executable }, index) => ({ path, executable, digest: digests[index]! })));
}

/** The same of files whose contents are known by their hexadecimal sha512, sorted as {@link treeFiles} does. */
export function listIntegrity(
  files: readonly { readonly path: string; readonly executable: boolean; readonly digest: string }[],
): string {
  const list = createHash('sha512');
  for (const { path, executable, digest } of files) list.update(`${path}\0${executable ? 'x' : '-'}\0${digest}\n`);
  return `sha512-${list.digest('base64')}`;
}

async function contentDigest(file: string, bytes: number): Promise<string> {
  if (bytes <= WHOLE_BYTES) return hash('sha512', await readFile(file), 'hex');
  const content = createHash('sha512');
  await pipeline(createReadStream(file), content);
  return content.digest('hex');
}

export function bytesIntegrity(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
