import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { isMarkAlive, PROCESS_MARK } from '../store/process-mark.ts';
import type { PluginsLock } from './lock-entry.ts';
import { lockText } from './lock-text.ts';
import { parseLock } from './parse-lock.ts';

let count = 0;

/** Writes the text of a lock beside its file, on the disk; `commit` puts it in place in one step. Disposing leaves nothing behind. */
export function stagedLock(file: string, next: PluginsLock): Disposable & { commit(): void } {
  // Checked before it is written, too: what cannot be read again must never be there.
  const text = lockText(parseLock(lockText(next), file));
  const beside = `${file}.${PROCESS_MARK}-${++count}.new`;
  writable(file, () => {
    sweep(file);
    const handle = openSync(beside, 'w', 0o644);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  });
  return {
    commit: () =>
      writable(file, () => {
        renameSync(beside, file);
        syncFolder(dirname(file));
      }),
    [Symbol.dispose]: () => rmSync(beside, { force: true }),
  };
}

function writable(file: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw raise.PLUGIN_LOCK_UNWRITABLE({ file, cause: code }, { cause });
  }
}

/** What processes of this machine were writing when they were killed. */
function sweep(file: string): void {
  const start = `${basename(file)}.`;
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(start) || !name.endsWith('.new')) continue;
    if (isMarkAlive(name.slice(start.length)) === false) rmSync(join(dirname(file), name), { force: true });
  }
}

/** The new name lasts only once its folder is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
