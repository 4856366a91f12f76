import { readdirSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { raise } from '../../../errors/catalogue.ts';

/**
 * Node's permission model asks whether a path may be read, not where a symbolic link on it leads: a link in the plugin's folder would read
 * any file. So there must be none that leads out. `folder` is a real path. Throws PLUGIN_LINK_OUTSIDE.
 */
export function refuseLinks(id: string, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    if (!isInside(folder, link)) throw raise.PLUGIN_LINK_OUTSIDE({ id, link: relative(folder, link) });
  }
}

function isInside(folder: string, link: string): boolean {
  try {
    return realpathSync(link).startsWith(folder + sep);
  } catch {
    return false; // leads to nothing now, and to anything later
  }
}
