import type { HostIdentity } from './host-identity.ts';
import { HOST_LOCKS } from './host-locks.ts';

/** Sends one statement. Throws what `pg` throws. */
export type Query = <T extends object>(text: string, values?: unknown[]) => Promise<readonly T[]>;

export interface SeenHost extends HostIdentity {
  readonly id: string;
  /** How long it has not said that it lives, by the server's clock. */
  readonly silentMs: number;
}

/** Everything that hosts must know of each other, at one moment. */
export interface Sight {
  readonly hosts: readonly SeenHost[];
  /** Who has each shard, by its number. */
  readonly owners: readonly (string | null)[];
  /** Moves on with every change of a workflow. */
  readonly workflows: string;
}

/** A host without a lock that was silent so long is dead; one that has its lock is so slow at most. */
export const DEAD_AFTER_MS = 4_000;
/** A host that says nothing for so long while nothing keeps it busy has stopped, though its connection stands. */
export const STUCK_AFTER_MS = 10_000;

export async function lookAround(query: Query): Promise<Sight> {
  const [sight] = await query<{ hosts: readonly SeenHost[]; owners: (string | null)[]; workflows: string }>(
    `SELECT (SELECT coalesce(json_agg(json_build_object('id', id, 'machine', machine, 'pid', pid, 'process', process,
        'silentMs', extract(epoch FROM clock_timestamp() - seen_at) * 1000)), '[]') FROM engine_host) AS hosts,
      ARRAY(SELECT host::text FROM engine_shard ORDER BY shard) AS owners,
      (SELECT version::text FROM workflow_change) AS workflows`,
  );
  return sight!;
}

/**
 * Takes a dead host off the list, which frees its shards and shuts it out for good. False when it lives after all: its session still
 * has its lock, so that none of its statements can be under way when this succeeds.
 */
export async function removeDead(query: Query, hostId: string, afterMs: number): Promise<boolean> {
  const gone = await query(
    `DELETE FROM engine_host WHERE id = $1 AND seen_at <= clock_timestamp() - $2 * interval '1 ms'
      AND pg_try_advisory_xact_lock(${HOST_LOCKS}, lock) RETURNING id`,
    [hostId, afterMs],
  );
  return gone.length > 0;
}

/** Ends the session of a host that stands still. One that waits for the server is left alone, however long that takes. */
export async function disconnectStuck(query: Query, hostId: string): Promise<void> {
  await query(
    `SELECT pg_terminate_backend(a.pid) FROM engine_host h
      JOIN pg_locks l ON l.locktype = 'advisory' AND l.classid = ${HOST_LOCKS} AND l.objid = h.lock::oid AND l.objsubid = 2
        AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE h.id = $1 AND h.seen_at < clock_timestamp() - $2 * interval '1 ms'
        AND a.state = 'idle' AND a.state_change < clock_timestamp() - $2 * interval '1 ms'`,
    [hostId, STUCK_AFTER_MS],
  );
}

/** Takes so many free shards, or as many as there are. */
export async function takeShards(query: Query, hostId: string, count: number): Promise<readonly number[]> {
  const rows = await query<{ shard: number }>(
    `WITH free AS (SELECT shard FROM engine_shard WHERE host IS NULL ORDER BY shard LIMIT $2 FOR UPDATE SKIP LOCKED)
      UPDATE engine_shard s SET host = h.id FROM free, engine_host h
      WHERE s.shard = free.shard AND h.id = $1 RETURNING s.shard`,
    [hostId, count],
  );
  return rows.map(({ shard }) => shard);
}

/** Lets go of shards and tells the others. */
export async function giveShards(query: Query, hostId: string, shards: readonly number[]): Promise<void> {
  await query(
    `WITH given AS (UPDATE engine_shard SET host = NULL WHERE host = $1 AND shard = ANY ($2::int2[]) RETURNING 1)
      SELECT pg_notify('backplane', 'hosts') FROM (SELECT count(*) FROM given) AS done`,
    [hostId, shards],
  );
}
