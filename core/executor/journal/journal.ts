import type { ParentRun, RunStatus } from '../engine.ts';

/** What the journal keeps of a run beside its events. */
export interface RunStart {
  readonly workflow: string;
  readonly version: number;
  /** Content hash of the definition, and the definition itself as exact JSON; stored once, however many runs use it. */
  readonly definitionHash: string;
  readonly definition: string;
  readonly triggerType: string;
  /** Epoch milliseconds, as every time here. */
  readonly startedAt: number;
  /** The caller's idempotency key, and when it may be used anew. */
  readonly key?: { readonly text: string; readonly expiresAt: number };
  readonly parent?: ParentRun;
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly endedAt: number;
  /** Exact JSON of the error record. */
  readonly error?: string;
}

/** One change to one run. The first of a run carries `start`, the last `end`. */
export interface JournalWrite {
  readonly runId: string;
  readonly start?: RunStart;
  /** `seq` counts from 1 without gaps; `body` is the event's exact JSON. Absent only when the host itself ends a damaged run. */
  readonly event?: { readonly seq: number; readonly body: string };
  readonly end?: RunEnd;
}

export interface StoredRun {
  readonly runId: string;
  readonly workflow: string;
  readonly version: number;
  readonly definitionHash: string;
  readonly triggerType: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Exact JSON of the error record. */
  readonly error?: string;
  readonly parent?: ParentRun;
}

export interface StoredEvent {
  readonly seq: number;
  readonly body: string;
}

export interface StoredRunPage {
  readonly items: readonly StoredRun[];
  readonly nextCursor?: string;
}

export interface RunQuery {
  readonly workflow?: string;
  readonly status?: RunStatus;
  readonly limit: number;
  readonly cursor?: string;
}

/** The log that runs live by: what stands in it has happened, what does not has not. One process writes, any may read. */
export interface Journal extends AsyncDisposable {
  /**
   * Resolves when the writes are durable, all of them in one commit. Goes on trying while the store is away. With `refusable`, as
   * for new runs, it rejects instead when the store refuses (STORAGE_WRITE_REFUSED) or stays away (STORAGE_UNAVAILABLE), and then
   * nothing of it, nor of what was appended later for the same run, is ever stored. Rejects with ENGINE_LEASE_LOST from the moment
   * another host has taken over.
   */
  append(writes: readonly JournalWrite[], options?: { readonly refusable: boolean }): Promise<void>;
  /** Writes that are not durable yet. */
  readonly queued: number;
  /** True while too much is queued to take on new runs. */
  readonly full: boolean;
  unfinished(): Promise<readonly string[]>;
  run(runId: string): Promise<StoredRun | undefined>;
  /** In order, those after sequence `after`, at most `limit`. */
  events(runId: string, after: number, limit: number): Promise<readonly StoredEvent[]>;
  definition(hash: string): Promise<string | undefined>;
  /** The run that holds this key at the time `now`. */
  runByKey(workflow: string, key: string, now: number): Promise<string | undefined>;
  /** Newest first. */
  list(query: RunQuery): Promise<StoredRunPage>;
}
