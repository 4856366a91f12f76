import { relative, resolve } from 'node:path';
import { raise } from '../errors/catalogue.ts';
import { readManifest } from '../plugins/manifest/read-manifest.ts';
import { readArchiveManifest } from '../plugins/sources/archive-source.ts';

/** Sources that need no network. */
const LOCAL = /^(?:archive|folder|builtin):/;
const FILE = /\.(?:tgz|tar\.gz|hkp)$/;

/** What goes into `use`: a path to an archive or a folder, as a shell completes it, becomes one from `base`. Others stay as they are. */
export function useOf(given: string, base: string): string {
  if (/^[a-z]+:/.test(given)) return given;
  const path = resolve(given);
  const inside = relative(base, path);
  const written = inside.startsWith('..') ? path : `./${inside}`;
  return `${FILE.test(given) ? 'archive' : 'folder'}:${written}`;
}

/** The id of a plugin whose files are here. Throws USAGE for one that lies elsewhere, or what is wrong with its manifest. */
export async function idOf(use: string, base: string): Promise<string> {
  const path = resolve(base, use.slice(use.indexOf(':') + 1));
  if (use.startsWith('archive:')) return (await readArchiveManifest(path)).id;
  if (use.startsWith('folder:')) return readManifest(path).id;
  throw raise.USAGE({ message: `\`${use}\` does not tell an id before it is fetched: give it with \`--id\`.` });
}

/** Throws PLUGIN_OFFLINE for what only a network can bring. */
export function mustBeHere(use: string): void {
  if (!LOCAL.test(use)) throw raise.PLUGIN_OFFLINE({ use });
}
