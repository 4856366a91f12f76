import type { Log } from '@backplane/sdk';
import { Coordinator } from '../hosts/coordinator.ts';
import { type HostIdentity, ownIdentity } from '../hosts/host-identity.ts';
import type { GroupCommitLimits } from './group-commit.ts';
import type { Journal } from './journal.ts';
import { JournalCleaner } from './journal-cleaner.ts';
import { JournalReader } from './journal-reader.ts';
import { JournalWriter } from './journal-writer.ts';

export interface PostgresJournalOptions {
  /** Of a database that has been migrated. */
  readonly url: string;
  readonly log: Log;
  /** How long a new run waits for a database that is away before it is refused. Default 15 seconds. */
  readonly acceptTimeoutMs?: number;
  /** How long a request to a run of another host waits for it. Default 15 seconds, longer than a take-over. */
  readonly requestTimeoutMs?: number;
  readonly limits?: GroupCommitLimits;
  /** True for a database that no other host can reach: what others have left there is taken over at once. */
  readonly alone?: boolean;
  /** Where this host's API is. */
  readonly hostUrl?: string;
  readonly identity?: HostIdentity;
  /** Told when a workflow has changed, here or on another host. */
  readonly onWorkflowsChanged?: () => void;
}

const EXPIRY_SWEEP_MS = 600_000;

/**
 * The journal in Postgres: one connection writes, all that arrived during the last commit in one statement; others read. Hosts on
 * the same database share the runs, see `cluster`. Throws ENGINE_DATABASE_IN_USE when a host works there that can only work alone.
 */
export async function openPostgresJournal(options: PostgresJournalOptions): Promise<Journal> {
  const { url, log, acceptTimeoutMs = 15_000, limits, identity = ownIdentity(), hostUrl } = options;
  const writer = new JournalWriter({
    url,
    log,
    identity,
    acceptTimeoutMs,
    ...(hostUrl !== undefined && { hostUrl }),
    ...(limits !== undefined && { limits }),
  });
  const reader = new JournalReader(url);
  const cluster = new Coordinator({
    url,
    seat: writer,
    identity,
    alone: options.alone === true,
    requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
    log,
    query: (text, values) => reader.query(text, values),
    onWorkflowsChanged: () => options.onWorkflowsChanged?.(),
  });
  await writer.open((error) => cluster.lost(error));
  const cleaner = new JournalCleaner(url);
  const sweep = setInterval(() => {
    cleaner
      .forgetExpired(Date.now())
      .catch((error: Error) =>
        log.warn('Expired idempotency keys and snapshots stay for now', { cause: error.message }),
      );
  }, EXPIRY_SWEEP_MS).unref();
  return {
    append: (writes, options) => writer.append(writes, options?.refusable === true),
    get queued() {
      return writer.queued;
    },
    get full() {
      return writer.full;
    },
    cluster,
    unfinished: (shards) => reader.unfinished(shards),
    sleepers: (until, after, limit, shards) => reader.sleepers(until, after, limit, shards),
    run: (runId) => reader.run(runId),
    events: (runId, after, limit) => reader.events(runId, after, limit),
    payload: async ({ body }) => body,
    snapshot: (runId) => reader.snapshot(runId),
    definition: (hash) => reader.definition(hash),
    runByKey: (workflow, key, now) => reader.runByKey(workflow, key, now),
    unfinishedChildren: (parentId, which) => reader.unfinishedChildren(parentId, which),
    reruns: (originId) => reader.reruns(originId),
    list: (query) => reader.list(query),
    interaction: (id) => reader.interaction(id),
    interactions: (query) => reader.interactions(query),
    ended: (query) => cleaner.ended(query),
    retainingDefinitions: () => cleaner.retainingDefinitions(),
    remove: (runIds) => cleaner.remove(runIds),
    unreferenced: (blobs) => cleaner.unreferenced(blobs),
    forgetDefinitions: (now, unusedForMs) => cleaner.forgetDefinitions(now, unusedForMs),
    async [Symbol.asyncDispose]() {
      clearInterval(sweep);
      await cluster.stop();
      await writer.close();
      await reader.close();
      await cleaner.close();
    },
  };
}
