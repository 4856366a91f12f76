import { hash, randomUUIDv7 } from 'node:crypto';

/** Runs are shared out in so many parts; therefore at most so many hosts have work. A power of two, fixed for the life of a database. */
export const SHARD_COUNT = 64;
const MASK = SHARD_COUNT - 1;

export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

/** The shard to which a run belongs: it stands in the last byte of its id. */
export function shardOf(runId: string): number {
  return Number.parseInt(runId.slice(-2), 16) & MASK;
}

/** The same id but for its last byte, which now names the shard. */
export function placedIn(shard: number, runId: string): string {
  const byte = (Number.parseInt(runId.slice(-2), 16) & ~MASK) | shard;
  return runId.slice(0, -2) + byte.toString(16).padStart(2, '0');
}

/** The id of a new run. */
export function newRunId(shard: number): string {
  return placedIn(shard, randomUUIDv7());
}

/** The shard whose owner answers for what is named so. */
export function shardOfKey(key: string): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 2), 16) & MASK;
}
