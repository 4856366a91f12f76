import type { Dirent } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkipEntry } from '../store/tree-integrity.ts';
import { isEditorFile } from './watch-folder.ts';

/** npm's own list of what it installed, and for what. */
const INSTALLED = 'node_modules/.package-lock.json';

/** What whoever works in the folder keeps there for themselves, secrets among it. */
const OWN = /^(?:secrets\.local\.json|\.npmrc|\.env(?:\..*)?)$/;

/** What `plugin create` links to the host's own packages: lent in any case, or for editors only. */
const LENT = new Set(['@backplane/sdk', 'zod', 'typescript', '@types/node'].map((name) => `node_modules/${name}`));

/**
 * Says what is not part of the plugin in a folder: what Git and editors keep there, secrets of its author, packages that npm installed
 * for development only, links to programs and to packages that the host lends.
 */
export async function outsidePlugin(folder: string): Promise<SkipEntry> {
  const development = await developmentPackages(folder);
  return (entry, path) =>
    entry.name === '.git' ||
    isEditorFile(entry.name) ||
    OWN.test(path) ||
    /(?:^|\/)node_modules\/\.[^/]*$/.test(path) ||
    development.has(path) ||
    isLent(entry, path);
}

/** One that the plugin brings itself stays. */
function isLent(entry: Dirent, path: string): boolean {
  return entry.isSymbolicLink() && LENT.has(path);
}

async function developmentPackages(folder: string): Promise<ReadonlySet<string>> {
  try {
    const { packages = {} } = JSON.parse(await readFile(join(folder, INSTALLED), 'utf8')) as Installed;
    return new Set(Object.keys(packages).filter((path) => packages[path]?.dev === true));
  } catch {
    // Installed by something else, or not at all: everything counts.
    return new Set();
  }
}

interface Installed {
  readonly packages?: Readonly<Record<string, { readonly dev?: boolean } | undefined>>;
}
