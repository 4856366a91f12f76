import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { create } from 'tar';

/** The time that npm gives to all files, so that archives of the same files are the same bytes. */
const ONE_TIME = new Date('1985-10-26T08:15:00.000Z');

/** Writes files below a folder, all with the same rights. */
export function writeTree(folder: string, files: ReadonlyMap<string, string | Buffer>): void {
  for (const [name, content] of files) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, 0o644);
  }
}

/**
 * A gzipped tar of these files of a folder, in npm's layout (everything below `package/`). Order, times, owners and rights are fixed: the
 * same files are the same bytes. Gives its integrity, `sha512-…`.
 */
export async function writeArchive(folder: string, names: readonly string[], file: string): Promise<string> {
  mkdirSync(dirname(file), { recursive: true });
  await create(
    { cwd: folder, file, gzip: { level: 9 }, portable: true, mtime: ONE_TIME, prefix: 'package', noDirRecurse: true },
    names.toSorted(),
  );
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}
