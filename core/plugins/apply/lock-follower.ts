import type { Log } from '@backplane/sdk';
import { holdsActions } from '../lifecycle/plugin-state.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { LockEntry } from '../lock/lock-entry.ts';
import type { LockFile } from '../lock/lock-file.ts';
import type { Found } from '../plan/find-desired.ts';
import type { AppliedChange } from '../plugin-host.ts';
import { isOfRow } from './candidate-of-row.ts';
import { failedChange } from './outcome.ts';
import type { SlotTable } from './slot-table.ts';

/** How long after a failure to run what other hosts run already. */
const TRY_AGAIN_MS = 30_000;

export interface FollowerOptions {
  readonly file: LockFile;
  readonly slots: SlotTable;
  readonly log: Log;
  /** What this host's own configuration wants. */
  found(): Promise<ReadonlyMap<string, Found>>;
  /** Runs this row of the lock in place of whatever runs. */
  follow(entry: LockEntry): Promise<AppliedChange>;
  /** Told what came of following. */
  done(changes: readonly AppliedChange[]): void;
}

/** Brings what runs in line with a lock that other hosts have changed. */
export class LockFollower {
  readonly #options: FollowerOptions;
  /** What the lock counted when what runs was last in line with it; the file may be that of several hosts. */
  #serial: number;
  /** When to look again for what could not be brought up, by `performance.now()`. */
  #tryAgainAt = Number.POSITIVE_INFINITY;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#serial = options.file.read().serial;
  }

  isInLineWith(serial: number): void {
    this.#serial = serial;
  }

  /** Not to be called while anything else changes what runs. Nothing to do: an empty list. */
  async catchUp(): Promise<readonly AppliedChange[]> {
    const { file, slots, log } = this.#options;
    const newer = await file.newer(this.#serial);
    if (newer === undefined && performance.now() < this.#tryAgainAt) return [];
    const lock = newer ?? file.read();
    if (file.read().serial !== lock.serial) file.follow(lock);
    this.#serial = lock.serial;
    const found = await this.#options.found();
    // The lock says which version; whether at all is for each host's own configuration to say.
    const moved = Object.keys(lock.plugins).filter((id) => {
      const candidate = found.get(id)?.candidate;
      if (candidate?.wanted !== true || candidate.setting?.enabled === false) return false;
      const running = slots.get(id)?.current;
      return (
        running === undefined || !holdsActions(running.state) || !isOfRow(running.candidate, currentEntry(lock, id)!)
      );
    });
    const outcomes = await Promise.all(
      moved.map((id) => this.#options.follow(currentEntry(lock, id)!).catch((error) => failedChange(id, error))),
    );
    const isBehind = outcomes.some(({ outcome }) => outcome !== 'done');
    this.#tryAgainAt = isBehind ? performance.now() + TRY_AGAIN_MS : Number.POSITIVE_INFINITY;
    for (const { id, outcome, error } of outcomes)
      if (outcome !== 'done')
        log.error('this host cannot follow the others', { plugin: id, code: error?.code, problem: error?.message });
    const left = slots.all().filter(({ id, current }) => !found.has(id) && current.candidate.wanted);
    for (const { id } of left) slots.leave(id);
    slots.checkRequirements();
    this.#options.done(outcomes);
    return outcomes;
  }
}
