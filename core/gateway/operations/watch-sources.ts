import { unwatchFile, watchFile } from 'node:fs';
import { watchFolder } from '../../plugins/sources/watch-folder.ts';

const LOOK_EVERY_MS = 1_000;

export interface WatchedSources extends Disposable {
  /** Files elsewhere that are read now; others are not looked at any more. */
  follow(named: ReadonlySet<string>): void;
}

/** Tells of changes in the folder of a gateway and of the files elsewhere that it names. */
export function watchSources(folder: string, changed: () => void): WatchedSources {
  const watching = watchFolder(folder, changed);
  const files = new Set<string>();
  const unwatch = (file: string) => {
    unwatchFile(file, changed);
    files.delete(file);
  };
  return {
    follow(named) {
      for (const file of files) if (!named.has(file)) unwatch(file);
      for (const file of named) {
        if (files.has(file)) continue;
        // Asked for by its path, so that a file that is exchanged whole is noticed as well.
        watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, changed);
        files.add(file);
      }
    },
    [Symbol.dispose]() {
      watching[Symbol.dispose]();
      for (const file of [...files]) unwatch(file);
    },
  };
}
