import type { JournalWrite } from './journal.ts';

/** What one `append` brought: stored whole, in one commit, or not at all. */
export interface Entry {
  readonly writes: readonly JournalWrite[];
  readonly refusable: boolean;
  /** Monotonic milliseconds. */
  readonly arrived: number;
  /** True once the store may have seen it. */
  sent: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The entries of one commit. The same batch is committed again, unchanged, until its fate is known. */
export interface Batch {
  entries: Entry[];
  /** True from the second try on: what it holds may be stored already. */
  repeated: boolean;
}

export interface GroupCommitLimits {
  /** Writes in one commit. */
  readonly batchWrites: number;
  /** Characters of event bodies in one commit. */
  readonly batchSize: number;
  /** So many waiting writes are not left to gather more before a commit begins. */
  readonly eagerWrites: number;
  /** More waiting than this is too much for new runs. */
  readonly fullWrites: number;
  readonly fullSize: number;
}

export const DEFAULT_LIMITS: GroupCommitLimits = {
  batchWrites: 4_000,
  batchSize: 8_000_000,
  eagerWrites: 200,
  fullWrites: 50_000,
  fullSize: 128_000_000,
};

/**
 * Gathers writes while a commit is in flight and hands them on as the next one, so that any number of runs share one flush of the
 * disk. `commit` resolves when the batch is durable; entries that it has taken out of the batch are settled by itself.
 */
export class GroupCommit {
  #queue: Entry[] = [];
  #writes = 0;
  #size = 0;
  #working = false;
  #scheduled = false;
  #idle: (() => void)[] = [];
  readonly #commit: (batch: Batch) => Promise<void>;
  readonly #limits: GroupCommitLimits;

  constructor(commit: (batch: Batch) => Promise<void>, limits: GroupCommitLimits = DEFAULT_LIMITS) {
    this.#commit = commit;
    this.#limits = limits;
  }

  get queued(): number {
    return this.#writes;
  }

  get full(): boolean {
    return this.#writes > this.#limits.fullWrites || this.#size > this.#limits.fullSize;
  }

  append(writes: readonly JournalWrite[], refusable: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ writes, refusable, arrived: performance.now(), sent: false, resolve, reject });
      this.#writes += writes.length;
      for (const write of writes) this.#size += sizeOf(write);
      if (this.#working) return;
      if (this.#queue.length >= this.#limits.eagerWrites) void this.#work();
      else this.#schedule();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    if (!this.#working && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Entries that no commit has taken up yet. */
  waiting(wanted: (entry: Entry) => boolean): Entry[] {
    return this.#queue.filter(wanted);
  }

  /** Takes entries out of the queue; the caller settles them. */
  withdraw(unwanted: (entry: Entry) => boolean): Entry[] {
    const gone = this.#queue.filter(unwanted);
    if (gone.length > 0) this.#queue = this.#queue.filter((entry) => !unwanted(entry));
    this.forget(gone);
    return gone;
  }

  /** Entries that will not be stored do not count any more. */
  forget(entries: readonly Entry[]): void {
    for (const { writes } of entries) {
      this.#writes -= writes.length;
      for (const write of writes) this.#size -= sizeOf(write);
    }
  }

  /** Once all that is about to happen at this moment has happened: callers that were woken together commit together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#queue.length > 0) {
      const batch = this.#take();
      await this.#commit(batch);
      this.forget(batch.entries);
      for (const { resolve } of batch.entries) resolve();
    }
    this.#working = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Batch {
    const { batchWrites, batchSize } = this.#limits;
    let writes = 0;
    let size = 0;
    let count = 0;
    for (const entry of this.#queue) {
      writes += entry.writes.length;
      for (const write of entry.writes) size += sizeOf(write);
      if (count > 0 && (writes > batchWrites || size > batchSize)) break;
      count++;
    }
    return { entries: this.#queue.splice(0, count), repeated: false };
  }
}

function sizeOf({ event, start, snapshot }: JournalWrite): number {
  return (event?.body.length ?? 0) + (start === undefined ? 0 : 200) + (snapshot?.body?.length ?? 0);
}
