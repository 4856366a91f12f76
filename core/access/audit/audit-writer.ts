import type { AuditEntry, AuditLog } from './audit-log.ts';
import { type AuditRow, auditRow, digestOf } from './audit-row.ts';
import { RepeatedEntries } from './repeated-entries.ts';

/** A row with the digest of its content, ready for the chain. */
export type DigestedRow = AuditRow & { readonly digest: string };

export interface AuditWriterOptions {
  /** Stores all of them in one commit, or none. */
  append(rows: readonly DigestedRow[]): Promise<void>;
  /** For what nobody waits for any more. */
  onLost(entries: number, cause: Error): void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

const BATCH = 500;

interface Waiting {
  readonly row: DigestedRow;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers entries while a commit is in flight and stores them with the next one: however many requests are audited, they share a few
 * statements. What is denied over and over is counted and stored once in a while.
 */
export class AuditWriter implements AuditLog, AsyncDisposable {
  readonly #options: AuditWriterOptions;
  readonly #now: () => number;
  readonly #queue: Waiting[] = [];
  readonly #repeated: RepeatedEntries;
  #working: Promise<void> | undefined;

  constructor(options: AuditWriterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#repeated = new RepeatedEntries((entry) => {
      this.#append(entry).catch((cause: Error) => options.onLost(1, cause));
    });
  }

  add(entry: AuditEntry): Promise<void> {
    const isFloodable = entry.outcome === 'denied' || entry.actor === undefined || entry.isNoise === true;
    return isFloodable && this.#repeated.takes(entry) ? Promise.resolve() : this.#append(entry);
  }

  /** Everything that was added is stored, or its loss reported. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#repeated.flush();
    await this.#working;
  }

  #append(entry: AuditEntry): Promise<void> {
    const row = auditRow(entry, this.#now());
    return new Promise((resolve, reject) => {
      this.#queue.push({ row: { ...row, digest: digestOf(row) }, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    // Whoever was woken at the same moment shares the first commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, BATCH);
      try {
        await this.#options.append(batch.map(({ row }) => row));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = undefined;
  }
}
