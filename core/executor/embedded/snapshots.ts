import type { Log } from '@backplane/sdk';
import type { Journal } from '../journal/journal.ts';
import type { LiveRun } from './live-run.ts';
import { takeSnapshot } from './snapshot.ts';

/** Smaller runs are replayed as fast as a snapshot is read; characters. */
const LEAST_SIZE = 262_144;

/**
 * Takes a snapshot whenever a run has journaled as much as its last one holds, so that all of them together hold at most twice the
 * events. The run does not wait for it, and one that cannot be stored is no loss.
 */
export class Snapshots {
  readonly #journal: Journal;
  readonly #log: Log;

  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
  }

  /** To be asked when an event has been reduced and appended. */
  consider(run: LiveRun): void {
    const { snapshot } = run;
    const grown = run.size - (snapshot?.at ?? 0);
    if (grown < LEAST_SIZE || grown < (snapshot?.size ?? 0) || run.over || snapshot?.pending === true) return;
    const { runId } = run;
    const taken = takeSnapshot(run);
    const noted = { size: taken.body.length, at: run.size, pending: true };
    run.snapshot = noted;
    run.tail
      .then(() => (run.over ? undefined : this.#journal.append([{ runId, snapshot: taken }], { refusable: true })))
      .catch((error: Error) => this.#log.debug('A snapshot was not stored', { run: runId, cause: error.message }))
      .finally(() => {
        noted.pending = false;
      });
  }
}
