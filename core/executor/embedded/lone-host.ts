import { hostname } from 'node:os';
import type { HostInfo } from '../engine.ts';
import { SHARD_COUNT } from '../hosts/shard.ts';

/** The only host of a journal that nobody else can reach. */
export function loneHost(began: number, liveRuns: number): HostInfo {
  return {
    id: 'local',
    name: `process ${process.pid} on ${hostname()}`,
    since: new Date(began).toISOString(),
    seenAt: new Date().toISOString(),
    shards: SHARD_COUNT,
    liveRuns,
    self: true,
  };
}
