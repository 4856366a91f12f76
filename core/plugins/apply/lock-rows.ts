import { isDeepStrictEqual } from 'node:util';
import { currentEntry, withCurrent, withoutPlugin } from '../lock/lock-changes.ts';
import type { LockEntry, PluginsLock } from '../lock/lock-entry.ts';
import type { LockFile } from '../lock/lock-file.ts';
import { oneAfterAnother } from './one-after-another.ts';

export interface LockRowsOptions {
  readonly file: LockFile;
  /** Whether a version stays in the lock when another takes its place. */
  stays(entry: LockEntry): boolean;
  /** Told what the lock counts after each change. */
  written(serial: number): void;
}

/** Writes what runs into the lock. */
export class LockRows {
  readonly #options: LockRowsOptions;
  readonly #recording = oneAfterAnother();

  constructor(options: LockRowsOptions) {
    this.#options = options;
  }

  /** Writes all of these rows or none. */
  record(entries: readonly LockEntry[], gone: readonly string[] = []): Promise<void> {
    return this.#recording(async () => {
      const before = this.#options.file.read();
      // A row that another host has written is there already: the lock must not count further for it.
      const others = entries.filter((entry) => !isDeepStrictEqual(currentEntry(before, entry.id), entry));
      if (others.length === 0 && gone.length === 0) return;
      const kept = others.reduce((lock, entry) => withCurrent(lock, entry, this.#options.stays), before);
      await this.replace(gone.reduce(withoutPlugin, kept));
    });
  }

  /** Exchanges what the lock says for a `next` that was made from it. */
  async replace(next: PluginsLock): Promise<void> {
    const { file, written } = this.#options;
    const before = file.read().serial;
    await file.replace(before, { ...next, serial: before + 1 });
    written(before + 1);
  }
}
