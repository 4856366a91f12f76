import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { classifyFailure } from './commit-failure.ts';
import { CommitStatements } from './commit-statement.ts';
import { type Batch, type Entry, GroupCommit, type GroupCommitLimits } from './group-commit.ts';
import type { JournalWrite } from './journal.ts';
import { WriterConnection } from './writer-connection.ts';

export interface JournalWriterOptions {
  readonly url: string;
  readonly log: Log;
  /** How long a new run waits for a store that is away before it is refused; milliseconds. */
  readonly acceptTimeoutMs: number;
  readonly limits?: GroupCommitLimits;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
const KNOWN_DEFINITIONS = 10_000;

/** Commits batches one after the other, whatever it takes. */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #connection: WriterConnection;
  readonly #statements = new CommitStatements();
  readonly #group: GroupCommit;
  readonly #known = new Set<string>();
  #onLost: (error: Error) => void = () => undefined;
  #lost: Error | undefined;
  #closing = false;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#connection = new WriterConnection(options.url);
    this.#group = new GroupCommit((batch) => this.#commit(batch), options.limits);
  }

  get queued(): number {
    return this.#group.queued;
  }

  get full(): boolean {
    return this.#group.full;
  }

  async open(onLost: (error: Error) => void): Promise<void> {
    this.#onLost = onLost;
    await this.#connection.acquire();
  }

  append(writes: readonly JournalWrite[], refusable: boolean): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    if (this.#closing) return Promise.reject(raise.ENGINE_STOPPING(undefined));
    return this.#group.append(writes, refusable);
  }

  /** Stores what it can, then lets go of the lock. While the store is away, what is not stored is given up: recovery redoes it. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#group.idle();
    await this.#connection.close();
  }

  async #commit(batch: Batch): Promise<void> {
    for (let failures = 0; batch.entries.length > 0; failures++) {
      if (this.#lost !== undefined) return this.#reject(batch, () => true, this.#lost);
      try {
        await this.#try(batch);
        if (failures > 0) this.#options.log.info('The journal is being stored again', { waiting: this.queued });
        return;
      } catch (error) {
        this.#failed(batch, error as Error, failures);
        if (batch.entries.length > 0) await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      }
    }
  }

  async #try(batch: Batch): Promise<void> {
    if (!this.#connection.connected) await this.#connection.reconnect();
    const statement = this.#statements.make(batch, this.#connection.epoch, (hash) => this.#known.has(hash));
    for (const entry of batch.entries) entry.sent = true;
    const sent = this.#connection.commit(statement);
    batch.repeated = true;
    await sent;
    this.#learn(batch);
  }

  #failed(batch: Batch, error: Error, failures: number): void {
    if (BackplaneError.is(error) && error.code === 'ENGINE_LEASE_LOST') {
      this.#lose(batch, error);
      return;
    }
    const how = classifyFailure(error);
    if (failures === 0)
      this.#options.log.error('The journal cannot be stored; trying again', { how, cause: error.message });
    if (how === 'away') this.#connection.drop();
    const { chosen, verdict } = how === 'refused' ? refusal(error) : this.#givenUp(error);
    this.#reject(batch, chosen, verdict);
  }

  /** While the store is away, new runs that it cannot have seen give up in time; when we close, everything does. */
  #givenUp(cause: Error): { readonly chosen: (entry: Entry) => boolean; readonly verdict: Error } {
    const latest = performance.now() - this.#options.acceptTimeoutMs;
    const verdict = raise.STORAGE_UNAVAILABLE({ cause: cause.message }, { cause, retryAfterMs: 5_000 });
    const tooLate = ({ refusable, sent, arrived }: Entry) => refusable && !sent && arrived < latest;
    return { chosen: this.#closing ? () => true : tooLate, verdict };
  }

  #lose(batch: Batch, error: Error): void {
    this.#lost = error;
    this.#connection.drop();
    this.#reject(batch, () => true, error);
    this.#onLost(error);
  }

  /** Refuses the chosen entries, and with a run's first everything that came later for the same run. */
  #reject(batch: Batch, chosen: (entry: Entry) => boolean, error: Error): void {
    const runs = new Set<string>();
    for (const { writes } of [...batch.entries.filter(chosen), ...this.#group.waiting(chosen)]) {
      for (const { start, runId } of writes) if (start !== undefined) runs.add(runId);
    }
    const isGone = (entry: Entry) => chosen(entry) || entry.writes.some(({ runId }) => runs.has(runId));
    const gone = batch.entries.filter(isGone);
    batch.entries = batch.entries.filter((entry) => !isGone(entry));
    this.#group.forget(gone);
    for (const entry of [...gone, ...this.#group.withdraw(isGone)]) entry.reject(error);
  }

  #learn(batch: Batch): void {
    if (this.#known.size > KNOWN_DEFINITIONS) this.#known.clear();
    for (const { writes } of batch.entries)
      for (const { start } of writes) if (start !== undefined) this.#known.add(start.definitionHash);
  }
}

/** What the store refused is known not to be in it: new runs are told, everything else is tried again. */
function refusal(cause: Error): { readonly chosen: (entry: Entry) => boolean; readonly verdict: Error } {
  const verdict = raise.STORAGE_WRITE_REFUSED({ cause: cause.message }, { cause, retryAfterMs: 1_000 });
  return { chosen: ({ refusable }) => refusable, verdict };
}
