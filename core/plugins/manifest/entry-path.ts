import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';

/** The entry's real file. Throws PLUGIN_ENTRY_OUTSIDE when it lies, links followed, outside the folder; PLUGIN_ENTRY_MISSING. */
export function entryPath(id: string, folder: string, entry: string | undefined): string {
  if (entry === undefined) throw raise.PLUGIN_ENTRY_MISSING({ id, entry: 'entry' });
  const home = realpathSync.native(folder);
  const wanted = resolve(home, entry);
  if (!isInside(home, wanted)) throw raise.PLUGIN_ENTRY_OUTSIDE({ id, entry });
  let file: string;
  try {
    file = realpathSync.native(wanted);
    if (!statSync(file).isFile()) throw raise.PLUGIN_ENTRY_MISSING({ id, entry });
  } catch (cause) {
    throw raise.PLUGIN_ENTRY_MISSING({ id, entry }, { cause });
  }
  if (!isInside(home, file)) throw raise.PLUGIN_ENTRY_OUTSIDE({ id, entry });
  return file;
}

function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
