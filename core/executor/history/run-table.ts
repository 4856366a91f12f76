import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import type { RunStatus } from '../engine.ts';
import { firstIdAt, runConditions } from '../journal/run-conditions.ts';
import type { RunFilter } from '../run-filter.ts';

export interface RunStats {
  readonly total: number;
  readonly counts: Readonly<Record<RunStatus, number>>;
  /** Of those that have ended; absent when none has. */
  readonly durationMs?: { readonly p50: number; readonly p95: number; readonly max: number };
}

/** That a run has started, or ended. */
export interface RunChange {
  readonly type: 'started' | 'ended';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly runId: string;
  readonly workflow: string;
  readonly triggerType: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** All runs of all hosts on one database, for those who watch many at once. */
export interface RunTable extends AsyncDisposable {
  stats(filter: RunFilter): Promise<RunStats>;
  /**
   * The oldest changes in a workspace since a moment (epoch milliseconds), at most `limit`, in the order in which they happened.
   */
  changes(since: number, limit: number, workspace: string): Promise<readonly RunChange[]>;
  /** Ids of unfinished runs whose workspace does not exist any more. */
  orphaned(limit: number): Promise<readonly string[]>;
}

interface ChangeRow {
  readonly type: RunChange['type'];
  readonly at: string;
  readonly id: string;
  readonly workflow: string;
  readonly trigger_type: string;
  readonly status: RunStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
}

const STATS = `SELECT status, count(*) AS count FROM run`;
const DURATIONS = `SELECT percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY ended_at - started_at) AS found FROM run`;
const SHOWN = 'id, workflow, trigger_type, status, started_at, ended_at';

export function openRunTable(url: string): RunTable {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: 10_000,
    application_name: 'backplane',
    // Counting over years of runs must not hold up those who look at the last minutes.
    statement_timeout: 30_000,
  });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined);
  const query = async <T extends object>(text: string, values: readonly unknown[]): Promise<T[]> => {
    try {
      return (await pool.query<T>(text, [...values])).rows;
    } catch (error) {
      throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error, retryAfterMs: 1_000 });
    }
  };
  return {
    async orphaned(limit) {
      const rows = await query<{ id: string }>(
        `SELECT id FROM run r WHERE status = 'running' AND NOT EXISTS (SELECT FROM workspace w WHERE w.id = r.workspace)
          ORDER BY id LIMIT $1`,
        [limit],
      );
      return rows.map(({ id }) => id);
    },
    async stats(filter) {
      const values: unknown[] = [];
      const conditions = runConditions(filter, Date.now(), (value) => `$${values.push(value)}`);
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const ended = ` WHERE ${[...conditions, 'ended_at IS NOT NULL'].join(' AND ')}`;
      const [rows, [durations]] = await Promise.all([
        query<{ status: RunStatus; count: string }>(`${STATS}${where} GROUP BY status`, values),
        query<{ found: [string, string, string] | null }>(`${DURATIONS}${ended}`, values),
      ]);
      return statsOf(rows, durations?.found ?? undefined);
    },
    async changes(since, limit, workspace) {
      const rows = await query<ChangeRow>(
        `(SELECT 'started' AS type, started_at AS at, ${SHOWN} FROM run WHERE id >= $1 AND workspace = $4 ORDER BY id LIMIT $3)
         UNION ALL
         (SELECT 'ended' AS type, ended_at AS at, ${SHOWN} FROM run WHERE ended_at >= $2 AND workspace = $4 ORDER BY ended_at LIMIT $3)
         ORDER BY at, type DESC LIMIT $3`,
        [firstIdAt(since), since, limit, workspace],
      );
      return rows.map(changeOf);
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

function statsOf(
  rows: readonly { readonly status: RunStatus; readonly count: string }[],
  durations: readonly string[] | undefined,
): RunStats {
  const counts = { running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { status, count } of rows) counts[status] = Number(count);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (durations === undefined) return { total, counts };
  const [p50, p95, max] = durations.map(Number) as [number, number, number];
  return { total, counts, durationMs: { p50, p95, max } };
}

function changeOf(row: ChangeRow): RunChange {
  return {
    type: row.type,
    at: Number(row.at),
    runId: row.id,
    workflow: row.workflow,
    triggerType: row.trigger_type,
    status: row.type === 'started' ? 'running' : row.status,
    startedAt: Number(row.started_at),
    ...(row.type === 'ended' && { endedAt: Number(row.ended_at) }),
  };
}
