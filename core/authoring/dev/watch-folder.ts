import { watch } from 'node:fs';

/** Folders whose changes mean nothing to a running plugin. */
const IGNORED = /(^|[\\/])(node_modules|\.git|dist|coverage)([\\/]|$)|~$|\.sw[a-z]$|\.tmp$/;

/** Calls `changed` once things below the folder have been quiet for so many milliseconds after a change. */
export function watchFolder(folder: string, quietMs: number, changed: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || IGNORED.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, quietMs);
  });
  // The folder may go while it is watched; what then fails is the next load, which says so.
  watcher.on('error', () => undefined);
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
