import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasManifest } from '../manifest/read-manifest.ts';

/** The folders directly below `parent` that hold a plugin, sorted; none when there is no such folder. */
export function pluginFolders(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && isFolder(parent, entry))
    .map((entry) => join(parent, entry.name))
    .filter(hasManifest)
    .sort();
}

function isFolder(parent: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(parent, entry.name), { throwIfNoEntry: false })?.isDirectory() === true;
}
