import type { Log } from '@backplane/sdk';
import type { GroupCommitLimits } from './group-commit.ts';
import type { Journal } from './journal.ts';
import { JournalReader } from './journal-reader.ts';
import { JournalWriter } from './journal-writer.ts';

export interface PostgresJournalOptions {
  /** Of a database that has been migrated. */
  readonly url: string;
  readonly log: Log;
  /** How long a new run waits for a database that is away before it is refused. Default 15 seconds. */
  readonly acceptTimeoutMs?: number;
  readonly limits?: GroupCommitLimits;
  /** Told once when another host has taken over: this one must stop. */
  readonly onFatal?: (error: Error) => void;
}

const KEY_SWEEP_MS = 600_000;

/**
 * The journal in Postgres: one connection writes, all that arrived during the last commit in one statement; others read.
 * Makes this process the only writer: throws ENGINE_DATABASE_IN_USE when another host is.
 */
export async function openPostgresJournal(options: PostgresJournalOptions): Promise<Journal> {
  const { url, log, acceptTimeoutMs = 15_000, limits, onFatal } = options;
  const writer = new JournalWriter({ url, log, acceptTimeoutMs, ...(limits !== undefined && { limits }) });
  await writer.open((error) => onFatal?.(error));
  const reader = new JournalReader(url);
  const sweep = setInterval(() => {
    reader
      .forgetExpiredKeys(Date.now())
      .catch((error: Error) => log.warn('Expired idempotency keys stay for now', { cause: error.message }));
  }, KEY_SWEEP_MS).unref();
  return {
    append: (writes, options) => writer.append(writes, options?.refusable === true),
    get queued() {
      return writer.queued;
    },
    get full() {
      return writer.full;
    },
    unfinished: () => reader.unfinished(),
    run: (runId) => reader.run(runId),
    events: (runId, after, limit) => reader.events(runId, after, limit),
    definition: (hash) => reader.definition(hash),
    runByKey: (workflow, key, now) => reader.runByKey(workflow, key, now),
    list: (query) => reader.list(query),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep);
      await writer.close();
      await reader.close();
    },
  };
}
