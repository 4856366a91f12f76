import type { ParentRun, RunStatus } from '../engine.ts';
import type { Cluster } from '../hosts/cluster.ts';
import type { RunListQuery } from '../run-filter.ts';
import type { RunOrigin } from '../scheduler/event.ts';
import type { InteractionQuery, InteractionRow, StoredInteraction, StoredInteractionPage } from './interaction-row.ts';

/** What the journal keeps of a run beside its events. */
export interface RunStart {
  /** Id of the workspace that it runs in. */
  readonly workspace: string;
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
  readonly origin?: RunOrigin;
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly endedAt: number;
  /** Exact JSON of the error record. */
  readonly error?: string;
  /** What others are to be told of it. */
  readonly notices?: readonly Notice[];
}

/** Something that must leave the host: kept with what it tells of, and delivered at least once. */
export interface Notice {
  readonly id: string;
  /** Who takes it further. */
  readonly consumer: string;
  readonly body: string;
}

/** A run's state after its record `seq`, as exact JSON, with its SHA-256. */
export interface Snapshot {
  readonly seq: number;
  readonly hash: string;
  /** Absent when it stands in the blob store. */
  readonly body?: string;
}

/** One change to one run. The first of a run carries `start`, the last `end`. */
export interface JournalWrite {
  readonly runId: string;
  readonly start?: RunStart;
  /** `seq` counts from 1 without gaps; `body` is the event's exact JSON. Absent only when the host itself ends a damaged run. */
  readonly event?: { readonly seq: number; readonly body: string };
  readonly end?: RunEnd;
  /** What its steps ask people, where that has changed. */
  readonly interactions?: readonly InteractionRow[];
  /** The message that brought the event; it is gone once the event is there. */
  readonly message?: number;
  /** Large values that stand apart and belong to the run from now on. */
  readonly blobs?: readonly string[];
  /** Takes the place of the one before. */
  readonly snapshot?: Snapshot;
  /** Epoch milliseconds: the run is asleep until then, and has a snapshot; null: it is awake. */
  readonly wakeAt?: number | null;
  /** Runs that must wake now, if they are asleep. */
  readonly rouse?: readonly string[];
}

export interface StoredRun {
  readonly runId: string;
  readonly workspace: string;
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
  readonly origin?: RunOrigin;
  /** Of a run that is asleep, and perhaps still of one that has just been woken. */
  readonly wakeAt?: number;
}

export interface StoredEvent {
  readonly seq: number;
  /** Its JSON, or a reference to where that stands: `payload` tells. */
  readonly body: string;
}

/** A sleeping run and when it wants to wake. */
export interface Sleeper {
  readonly runId: string;
  readonly wakeAt: number;
}

/** What decides how long a run that has ended is kept. */
export interface EndedRun {
  readonly runId: string;
  readonly status: RunEnd['status'];
  readonly endedAt: number;
  readonly definitionHash: string;
}

export interface EndedQuery {
  /** Runs whose ids were made before this time. */
  readonly before: number;
  /** Those after this id. */
  readonly after?: string | undefined;
  /** Only runs of these; absent: of all. */
  readonly definitions?: readonly string[] | undefined;
  readonly limit: number;
}

export interface StoredRunPage {
  readonly items: readonly StoredRun[];
  readonly nextCursor?: string;
}

/** The log that runs live by: what stands in it has happened, what does not has not. Each run has one host that writes it; any may read. */
export interface Journal extends AsyncDisposable {
  /**
   * Resolves when the writes are durable, all of them in one commit. Goes on trying while the store is away. With `refusable`, as
   * for new runs, it rejects instead when the store refuses (STORAGE_WRITE_REFUSED) or stays away (STORAGE_UNAVAILABLE), and then
   * nothing of it, nor of what was appended later for the same run, is ever stored. The same with KeyTaken when another run holds the
   * key. Rejects with ENGINE_LEASE_LOST when this host was taken for dead, until it has a new place.
   */
  append(writes: readonly JournalWrite[], options?: { readonly refusable: boolean }): Promise<void>;
  /** Writes that are not durable yet. */
  readonly queued: number;
  /** True while too much is queued to take on new runs. */
  readonly full: boolean;
  /** Absent when nobody else can write. */
  readonly cluster?: Cluster;
  /** Runs that have neither ended nor gone to sleep: in these shards; without them, all. */
  unfinished(shards?: readonly number[]): Promise<readonly string[]>;
  /** Sleeping runs that wake until `until`, soonest first, those after `after`. */
  sleepers(
    until: number,
    after: Sleeper | undefined,
    limit: number,
    shards?: readonly number[],
  ): Promise<readonly Sleeper[]>;
  run(runId: string): Promise<StoredRun | undefined>;
  /** In order, those after sequence `after`, at most `limit`. */
  events(runId: string, after: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The event's whole JSON, from wherever it stands. Rejects with RUN_PAYLOAD_LOST. */
  payload(event: StoredEvent): Promise<string>;
  /** The newest, without a body when that is lost: the events say the same. */
  snapshot(runId: string): Promise<Snapshot | undefined>;
  definition(hash: string): Promise<string | undefined>;
  /** The run that holds this key at the time `now`. */
  runByKey(workflow: string, key: string, now: number): Promise<string | undefined>;
  /** The runs that one has started and that have not ended: those that it waits for, or all of them. Oldest first. */
  unfinishedChildren(parentId: string, which: 'waited' | 'all'): Promise<readonly string[]>;
  /** The runs that repeat one, oldest first. */
  reruns(originId: string): Promise<readonly string[]>;
  /** A page; where it ends stays where it is, whatever is stored meanwhile. */
  list(query: RunListQuery): Promise<StoredRunPage>;
  interaction(id: string): Promise<StoredInteraction | undefined>;
  /** Newest first. */
  interactions(query: InteractionQuery): Promise<StoredInteractionPage>;
  /** Runs that have ended, oldest first. */
  ended(query: EndedQuery): Promise<readonly EndedRun[]>;
  /** The definitions that say themselves how long their runs are kept. */
  retainingDefinitions(): Promise<readonly string[]>;
  /**
   * Deletes those of the runs that have ended and that no running run waits for, with all that belongs to them. Gives their ids,
   * and the blobs that they referred to.
   */
  remove(runIds: readonly string[]): Promise<{ readonly runIds: readonly string[]; readonly blobs: readonly string[] }>;
  /** Those of the blobs that nothing in the journal refers to. */
  unreferenced(blobs: readonly string[]): Promise<readonly string[]>;
  /** Deletes definitions that no run has used for so long. Gives how many. */
  forgetDefinitions(now: number, unusedForMs: number): Promise<number>;
}
