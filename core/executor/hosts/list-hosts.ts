import type { HostInfo } from '../engine.ts';
import type { Query } from './host-table.ts';

interface HostRow {
  readonly id: string;
  readonly machine: string;
  readonly pid: number;
  readonly url: string | null;
  readonly since: Date;
  readonly seen_at: Date;
  readonly live_runs: number;
  readonly shards: number;
}

/** The hosts that work on the database, longest there first. */
export async function listHosts(query: Query, self?: string): Promise<readonly HostInfo[]> {
  const rows = await query<HostRow>(
    `SELECT id, machine, pid, url, since, seen_at, live_runs,
        (SELECT count(*)::int FROM engine_shard WHERE host = engine_host.id) AS shards
      FROM engine_host ORDER BY since, id`,
  );
  return rows.map(({ id, machine, pid, url, since, seen_at, live_runs, shards }) => ({
    id,
    name: `process ${pid} on ${machine}`,
    ...(url !== null && { url }),
    since: since.toISOString(),
    seenAt: seen_at.toISOString(),
    shards,
    liveRuns: live_runs,
    self: id === self,
  }));
}
