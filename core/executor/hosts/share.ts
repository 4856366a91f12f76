import { SHARD_COUNT } from './shard.ts';

/** Who has what at one moment. */
export interface SharesNow {
  readonly hosts: number;
  /** Shards of nobody. */
  readonly free: number;
  readonly ours: readonly number[];
}

export interface ShareMove {
  /** How many of the free shards to take. */
  readonly take: number;
  /** Ours that should go to others, those with the fewest runs first. */
  readonly give: readonly number[];
}

/**
 * What one host does for a fair share. Each host decides alone: shares are rounded up, so that together they cover all shards and
 * nobody gives away what another would have to give back.
 */
export function moveTowardsFairShare({ hosts, free, ours }: SharesNow, loads: () => readonly number[]): ShareMove {
  const fair = Math.ceil(SHARD_COUNT / Math.max(1, hosts));
  if (ours.length <= fair) return { take: Math.min(free, fair - ours.length), give: [] };
  const runs = loads();
  const lightestFirst = ours.toSorted((a, b) => runs[a]! - runs[b]!);
  return { take: 0, give: lightestFirst.slice(0, ours.length - fair) };
}
