import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { HostSeat } from '../hosts/coordinator.ts';
import type { Query } from '../hosts/host-table.ts';
import { classifyFailure } from './commit-failure.ts';
import { CommitStatements } from './commit-statement.ts';
import { type Batch, type Entry, GroupCommit, type GroupCommitLimits } from './group-commit.ts';
import type { JournalWrite } from './journal.ts';
import { keyHolders } from './key-holders.ts';
import { KeyTaken } from './key-taken.ts';
import { type SeatOptions, WriterConnection } from './writer-connection.ts';

export interface JournalWriterOptions extends SeatOptions {
  readonly log: Log;
  /** How long a new run waits for a store that is away before it is refused; milliseconds. */
  readonly acceptTimeoutMs: number;
  readonly limits?: GroupCommitLimits;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
const KNOWN_DEFINITIONS = 10_000;
/** Definitions are sent again after so long, which tells whoever forgets unused ones that they are in use. */
const KNOWN_FOR_MS = 3_600_000;

/** Commits batches one after the other, whatever it takes, for as long as the host has its place among the others. */
export class JournalWriter implements HostSeat {
  readonly #options: JournalWriterOptions;
  readonly #connection: WriterConnection;
  readonly #statements = new CommitStatements();
  readonly #group: GroupCommit;
  readonly #known = new Set<string>();
  readonly #query: Query = (text, values = []) => this.#connection.query(text, values);
  #knownSince = performance.now();
  #onLost: (error: Error) => void = () => undefined;
  #lost: Error | undefined;
  /** How many places this host has had: what was appended in one is not stored in the next. */
  #places = 0;
  #closing = false;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#connection = new WriterConnection(options);
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
    await this.#connection.register();
  }

  get hostId(): string {
    return this.#connection.hostId;
  }

  get standing(): boolean {
    return this.#lost === undefined;
  }

  async renew(liveRuns: number): Promise<void> {
    try {
      if (!this.#connection.connected) await this.#connection.reconnect();
      await this.#connection.renew(liveRuns);
    } catch (error) {
      if (isLeaseLost(error)) this.#lose(error);
      else if (classifyFailure(error) === 'away') this.#connection.drop();
      throw error;
    }
  }

  async rejoin(): Promise<void> {
    await this.#connection.register();
    this.#known.clear();
    this.#lost = undefined;
  }

  append(writes: readonly JournalWrite[], refusable: boolean): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    if (this.#closing) return Promise.reject(raise.ENGINE_STOPPING(undefined));
    return this.#group.append(writes, refusable);
  }

  /** Stores what it can, then leaves its place. While the store is away, what is not stored is given up: recovery redoes it. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#group.idle();
    await this.#connection.close();
  }

  async #commit(batch: Batch): Promise<void> {
    const place = this.#places;
    for (let failures = 0; batch.entries.length > 0; failures++) {
      try {
        if (this.#places !== place) throw raise.ENGINE_LEASE_LOST({ hostId: this.hostId });
        await this.#try(batch, place);
        if (failures > 0) this.#options.log.info('The journal is being stored again', { waiting: this.queued });
        return;
      } catch (error) {
        await this.#failed(batch, error as Error, { failures, place });
        if (batch.entries.length > 0) await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
      }
    }
  }

  async #try(batch: Batch, place: number): Promise<void> {
    if (!this.#connection.connected) await this.#connection.reconnect();
    if (this.#places !== place) throw raise.ENGINE_LEASE_LOST({ hostId: this.hostId });
    const statement = this.#statements.make(batch, this.hostId, (hash) => this.#known.has(hash));
    for (const entry of batch.entries) entry.sent = true;
    const sent = this.#connection.commit(statement);
    batch.repeated = true;
    await sent;
    this.#learn(batch);
  }

  async #failed(
    batch: Batch,
    error: Error,
    { failures, place }: { readonly failures: number; readonly place: number },
  ): Promise<void> {
    if (isLeaseLost(error)) {
      if (this.#places === place) this.#lose(error);
      const ours = new Set(batch.entries);
      return this.#reject(batch, (entry) => ours.has(entry), error);
    }
    const how = classifyFailure(error);
    if (how === 'clash') return;
    if (how === 'taken') return this.#refuseTakenKeys(batch);
    if (failures === 0)
      this.#options.log.error('The journal cannot be stored; trying again', { how, cause: error.message });
    if (how === 'away') this.#connection.drop();
    const { chosen, verdict } = how === 'refused' ? refusal(error) : this.#givenUp(error);
    this.#reject(batch, chosen, verdict);
  }

  /** Finds the runs that came too late; what shares the commit with them is tried again. */
  async #refuseTakenKeys(batch: Batch): Promise<void> {
    const holders = await keyHolders(this.#query, batch.entries).catch(() => new Map<string, string>());
    for (const [run, holder] of holders)
      this.#reject(batch, ({ writes }) => writes.some(({ runId }) => runId === run), new KeyTaken(holder));
  }

  /** While the store is away, new runs that it cannot have seen give up in time; when we close, everything does. */
  #givenUp(cause: Error): { readonly chosen: (entry: Entry) => boolean; readonly verdict: Error } {
    const latest = performance.now() - this.#options.acceptTimeoutMs;
    const verdict = raise.STORAGE_UNAVAILABLE({ cause: cause.message }, { cause, retryAfterMs: 5_000 });
    const tooLate = ({ refusable, sent, arrived }: Entry) => refusable && !sent && arrived < latest;
    return { chosen: this.#closing ? () => true : tooLate, verdict };
  }

  /** Everything that waits belongs to runs that others have now. */
  #lose(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#places++;
    this.#connection.drop();
    const waiting = this.#group.withdraw(() => true);
    this.#onLost(error);
    for (const entry of waiting) entry.reject(error);
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
    if (this.#known.size > KNOWN_DEFINITIONS || performance.now() - this.#knownSince > KNOWN_FOR_MS) {
      this.#known.clear();
      this.#knownSince = performance.now();
    }
    for (const { writes } of batch.entries)
      for (const { start } of writes) if (start !== undefined) this.#known.add(start.definitionHash);
  }
}

/** What the store refused is known not to be in it: new runs are told, everything else is tried again. */
function refusal(cause: Error): { readonly chosen: (entry: Entry) => boolean; readonly verdict: Error } {
  const verdict = raise.STORAGE_WRITE_REFUSED({ cause: cause.message }, { cause, retryAfterMs: 1_000 });
  return { chosen: ({ refusable }) => refusable, verdict };
}

function isLeaseLost(error: unknown): error is BackplaneError {
  return BackplaneError.is(error) && error.code === 'ENGINE_LEASE_LOST';
}
