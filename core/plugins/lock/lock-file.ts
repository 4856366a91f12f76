import { readFileSync, statSync } from 'node:fs';
import { raise } from '../../errors/catalogue.ts';
import type { PluginsLock } from './lock-entry.ts';
import { parseLock } from './parse-lock.ts';
import { stagedLock } from './staged-lock.ts';

export const EMPTY_LOCK: PluginsLock = { lock: 1, serial: 0, plugins: {}, previous: {} };

/** The lock that the hosts of one database have in common. */
export interface SharedLock {
  /** What the hosts agree on, when it counts further than `than`. */
  newer(than: number): Promise<PluginsLock | undefined>;
  /** Puts `next` in the place of a lock that still counts `expected`. False: another host was faster, nothing was changed. */
  exchange(expected: number, next: PluginsLock): Promise<boolean>;
}

/** Where a host keeps what it runs. */
export interface LockFile {
  /** True while other hosts may use it, too. */
  readonly isShared: boolean;
  /** The empty lock when there is none yet. Throws PLUGIN_LOCK_INVALID. */
  read(): PluginsLock;
  /**
   * Puts `next` in the place of a lock that still counts `expected`: whole or not at all, for all hosts that share it, on the disk when it
   * resolves. Throws PLUGIN_LOCK_CONFLICT, PLUGIN_LOCK_UNWRITABLE.
   */
  replace(expected: number, next: PluginsLock): Promise<void>;
  /** What the hosts agree on, when it counts further than `than`. */
  newer(than: number): Promise<PluginsLock | undefined>;
  /** Writes what the hosts have agreed on already. Throws PLUGIN_LOCK_UNWRITABLE. */
  follow(agreed: PluginsLock): void;
}

/** `shared` is asked at every change: undefined while the host works alone. */
export function openLockFile(file: string, shared: () => SharedLock | undefined = () => undefined): LockFile {
  const cached = cachedRead(file);
  const check = (expected: number) => {
    const found = cached().serial;
    if (found !== expected) throw raise.PLUGIN_LOCK_CONFLICT({ expected, found });
  };
  return {
    get isShared() {
      return shared() !== undefined;
    },
    read: cached,
    async replace(expected, next) {
      check(expected);
      using written = stagedLock(file, next);
      const common = shared();
      if (common !== undefined && !(await common.exchange(expected, next)))
        throw raise.PLUGIN_LOCK_CONFLICT({ expected });
      if (common === undefined) check(expected);
      written.commit();
    },
    newer: async (than) => shared()?.newer(than),
    follow(agreed) {
      using written = stagedLock(file, agreed);
      written.commit();
    },
  };
}

/** Parsing a long lock costs: done once for each content of the file. */
function cachedRead(file: string): () => PluginsLock {
  let known: { readonly mark: string; readonly lock: PluginsLock } | undefined;
  return () => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return EMPTY_LOCK;
    const mark = `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
    if (known?.mark !== mark) known = { mark, lock: parseLock(readFileSync(file, 'utf8'), file) };
    return known.lock;
  };
}

/** A lock that lasts as long as its owner: for tools that must change nothing. */
export function heldLock(start: PluginsLock = EMPTY_LOCK): LockFile {
  let lock = start;
  return {
    isShared: false,
    read: () => lock,
    async replace(expected, next) {
      if (lock.serial !== expected) throw raise.PLUGIN_LOCK_CONFLICT({ expected, found: lock.serial });
      lock = next;
    },
    newer: async () => undefined,
    follow(agreed) {
      lock = agreed;
    },
  };
}
