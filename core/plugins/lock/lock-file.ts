import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { jsonProblem } from '../../language/source/json-problem.ts';
import type { PluginsLock } from './lock-entry.ts';
import { lockSchema } from './lock-schema.ts';
import { lockText } from './lock-text.ts';

export const EMPTY_LOCK: PluginsLock = { lock: 1, serial: 0, plugins: {}, previous: {} };

/** Where a host keeps what it runs. */
export interface LockFile {
  /** The empty lock when there is none yet. Throws PLUGIN_LOCK_INVALID. */
  read(): PluginsLock;
  /**
   * Puts `next` in the place of a lock that still counts `expected`: whole or not at all, on the disk when it returns.
   * Throws PLUGIN_LOCK_CONFLICT, PLUGIN_LOCK_UNWRITABLE.
   */
  replace(expected: number, next: PluginsLock): void;
}

export function openLockFile(file: string): LockFile {
  return {
    read: () => readLock(file),
    replace(expected, next) {
      const found = readLock(file).serial;
      if (found !== expected) throw raise.PLUGIN_LOCK_CONFLICT({ expected, found });
      // Checked before it is written, too: what cannot be read again must never be there.
      writeWhole(file, lockText(parseLock(lockText(next), file)));
    },
  };
}

/** A lock that lasts as long as its owner: for tools that must change nothing. */
export function heldLock(start: PluginsLock = EMPTY_LOCK): LockFile {
  let lock = start;
  return {
    read: () => lock,
    replace(expected, next) {
      if (lock.serial !== expected) throw raise.PLUGIN_LOCK_CONFLICT({ expected, found: lock.serial });
      lock = next;
    },
  };
}

function readLock(file: string): PluginsLock {
  return existsSync(file) ? parseLock(readFileSync(file, 'utf8'), file) : EMPTY_LOCK;
}

/** Throws PLUGIN_LOCK_INVALID with every problem. `file` is only named. */
export function parseLock(text: string, file: string): PluginsLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw raise.PLUGIN_LOCK_INVALID({ file, problems: [jsonProblem(text)] });
  }
  const parsed = lockSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw raise.PLUGIN_LOCK_INVALID({ file, problems });
}

function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.new`;
  try {
    const handle = openSync(beside, 'w', 0o644);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
    syncFolder(dirname(file));
  } catch (cause) {
    rmSync(beside, { force: true });
    if (BackplaneError.is(cause)) throw cause;
    throw raise.PLUGIN_LOCK_UNWRITABLE(
      { file, cause: (cause as NodeJS.ErrnoException).code ?? String(cause) },
      { cause },
    );
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
