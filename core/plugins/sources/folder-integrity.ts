import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Never part of what a plugin is. */
const LEFT_OUT = new Set(['node_modules', '.git']);

/** `sha512-…` of the files below a folder: path, whether it may be executed, content. Links count as what they say, not as what they lead to. */
export function folderIntegrity(folder: string): string {
  const hash = createHash('sha512');
  for (const path of filesBelow(folder, '')) {
    const file = join(folder, path);
    const stat = statSync(file, { throwIfNoEntry: false });
    hash.update(`${path}\0${(stat?.mode ?? 0) & 0o111 ? 'x' : '-'}\0`);
    hash.update(createHash('sha512').update(contentOf(file)).digest());
  }
  return `sha512-${hash.digest('base64')}`;
}

function contentOf(file: string): Buffer | string {
  try {
    return `link ${readlinkSync(file)}`;
  } catch {
    return readFileSync(file);
  }
}

function filesBelow(folder: string, inside: string): string[] {
  const entries = readdirSync(join(folder, inside), { withFileTypes: true });
  return entries
    .filter(({ name }) => !LEFT_OUT.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    });
}
