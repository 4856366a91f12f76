import type { HostInfo } from '../engine.ts';
import type { Request } from '../scheduler/event.ts';

/** Something asked of a run by a host that does not run it. */
export interface Message {
  readonly id: number;
  readonly runId: string;
  readonly event: Request;
}

/** What the hosts of one journal ask of the engine in each of them. */
export interface ShardOwner {
  /** Unfinished runs that this host has. */
  readonly liveRuns: number;
  /** These shards are ours from now on, with all runs in them. Resolves when new runs may go into them. */
  gained(shards: readonly number[]): Promise<void>;
  /** How many of our runs live in each shard, by its number. */
  loads(): readonly number[];
  /** New runs go into these shards no more, and into the others again. */
  closing(shards: ReadonlySet<number>): void;
  /** Leaves the runs of those among the shards in which nothing is under way where the journal has them. Says which these were. */
  yield(shards: readonly number[]): readonly number[];
  /** Nothing is ours any more: this host was taken for dead. What its runs do is void. */
  lost(error: Error): void;
  /** Messages to runs in our shards, each at least once until it is gone from the journal. */
  deliver(messages: readonly Message[]): void;
}

/** The hosts that share a journal. */
export interface Cluster {
  /** Takes what is free at once, and from then on keeps up with the others until the journal is closed. */
  join(owner: ShardOwner): Promise<void>;
  /** True while no other host can have taken our place. False after a silence, until we have said that we live. */
  readonly certain: boolean;
  /** Resolves when that has been said, or our place is lost. */
  untilCertain(): Promise<void>;
  /**
   * Brings a request to the host that has the run. Resolves when it has been stored with the run, or the run had ended. Rejects with
   * RUN_REQUEST_PENDING when that takes too long; the request is kept all the same.
   */
  send(runId: string, event: Request): Promise<void>;
  /** Takes a message away that came too late to matter. */
  discard(messageId: number): Promise<void>;
  /** Those of the runs that have ended or do not exist. */
  ended(runIds: readonly string[]): Promise<readonly string[]>;
  /** From now on gives up whatever has nothing under way, so that others go on with it while we stop. */
  retire(): void;
  hosts(): Promise<readonly HostInfo[]>;
}
