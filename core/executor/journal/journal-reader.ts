import type pg from 'pg';
import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { RunStatus } from '../engine.ts';
import { ALL_SHARDS, SHARD_COUNT } from '../hosts/shard.ts';
import type { RunListQuery } from '../run-filter.ts';
import { listInteractions, readInteraction } from './interaction-reader.ts';
import type { InteractionQuery, StoredInteraction, StoredInteractionPage } from './interaction-row.ts';
import type { Sleeper, Snapshot, StoredEvent, StoredRun, StoredRunPage } from './journal.ts';
import { openPool, queryRows } from './query-rows.ts';
import { runConditions } from './run-conditions.ts';

interface RunRow {
  readonly id: string;
  readonly workspace: string;
  readonly workflow: string;
  readonly version: number;
  readonly definition: string;
  readonly trigger_type: string;
  readonly status: RunStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly error: string | null;
  readonly parent: string | null;
  readonly parent_seq: number | null;
  readonly origin: string | null;
  readonly origin_how: string | null;
  readonly wake_at: string | null;
}

const COLUMNS =
  'id, workspace, workflow, version, definition, trigger_type, status, started_at, ended_at, error, parent, parent_seq, origin, origin_how, wake_at';
/** The shard of the run with the id `id`. */
const SHARD = `get_byte(uuid_send(id), 15) & ${SHARD_COUNT - 1}`;

/** Reads what is durable, over connections of its own, so that reading never waits behind a commit. */
export class JournalReader {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = openPool(url, 4);
  }

  async unfinished(shards: readonly number[] = ALL_SHARDS): Promise<readonly string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT id FROM run WHERE status = 'running' AND wake_at IS NULL AND ${SHARD} = ANY ($1::int4[]) ORDER BY id`,
      [shards],
    );
    return rows.map(({ id }) => id);
  }

  async sleepers(
    until: number,
    after: Sleeper | undefined,
    limit: number,
    shards: readonly number[] = ALL_SHARDS,
  ): Promise<readonly Sleeper[]> {
    const { wakeAt = -1, runId = '00000000-0000-0000-0000-000000000000' } = after ?? {};
    const rows = await this.query<{ id: string; wake_at: string }>(
      `SELECT id, wake_at FROM run WHERE wake_at IS NOT NULL AND (wake_at, id) > ($2::bigint, $3::uuid) AND wake_at <= $1
         AND ${SHARD} = ANY ($5::int4[])
       ORDER BY wake_at, id LIMIT $4`,
      [until, wakeAt, runId, limit, shards],
    );
    return rows.map(({ id, wake_at }) => ({ runId: id, wakeAt: Number(wake_at) }));
  }

  async snapshot(runId: string): Promise<Snapshot | undefined> {
    const [row] = await this.query<{ seq: number; hash: string; body: string | null }>(
      'SELECT seq, hash, body FROM run_snapshot WHERE run_id = $1',
      [runId],
    );
    return row === undefined
      ? undefined
      : { seq: row.seq, hash: row.hash, ...(row.body !== null && { body: row.body }) };
  }

  async run(runId: string): Promise<StoredRun | undefined> {
    if (!isUuid(runId)) return undefined;
    const [row] = await this.query<RunRow>(`SELECT ${COLUMNS} FROM run WHERE id = $1`, [runId]);
    return row === undefined ? undefined : fromRow(row);
  }

  events(runId: string, after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.query<StoredEvent>(
      'SELECT seq, body FROM run_event WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [runId, after, limit],
    );
  }

  async definition(hash: string): Promise<string | undefined> {
    const [row] = await this.query<{ body: string }>('SELECT body FROM run_definition WHERE hash = $1', [hash]);
    return row?.body;
  }

  async runByKey(workflow: string, key: string, now: number): Promise<string | undefined> {
    const [row] = await this.query<{ run_id: string }>(
      'SELECT run_id FROM run_key WHERE workflow = $1 AND key = $2 AND expires_at > $3',
      [workflow, key, now],
    );
    return row?.run_id;
  }

  async unfinishedChildren(parentId: string, which: 'waited' | 'all'): Promise<readonly string[]> {
    const waited = which === 'waited' ? 'AND parent_seq IS NOT NULL' : '';
    const text = `SELECT id FROM run WHERE parent = $1 AND status = 'running' ${waited} ORDER BY id`;
    return (await this.query<{ id: string }>(text, [parentId])).map(({ id }) => id);
  }

  async reruns(originId: string): Promise<readonly string[]> {
    const rows = await this.query<{ id: string }>('SELECT id FROM run WHERE origin = $1 ORDER BY id', [originId]);
    return rows.map(({ id }) => id);
  }

  async list({ order = 'newest', limit, cursor, ...filter }: RunListQuery): Promise<StoredRunPage> {
    const values: unknown[] = [];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const conditions = runConditions(filter, Date.now(), bind);
    if (cursor !== undefined) conditions.push(`id ${order === 'newest' ? '<' : '>'} ${bind(fromCursor(cursor))}`);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = await this.query<RunRow>(
      `SELECT ${COLUMNS} FROM run ${where} ORDER BY id ${order === 'newest' ? 'DESC' : 'ASC'} LIMIT ${bind(limit + 1)}`,
      values,
    );
    const items = rows.slice(0, limit).map(fromRow);
    return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.runId) } : { items };
  }

  interaction(id: string): Promise<StoredInteraction | undefined> {
    return readInteraction((text, values) => this.query(text, values), id);
  }

  interactions(query: InteractionQuery): Promise<StoredInteractionPage> {
    return listInteractions((text, values) => this.query(text, values), query);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Throws STORAGE_UNAVAILABLE, whatever went wrong. */
  query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return queryRows<T>(this.#pool, text, values);
  }
}

function fromRow(row: RunRow): StoredRun {
  return {
    runId: row.id,
    workspace: row.workspace,
    workflow: row.workflow,
    version: row.version,
    definitionHash: row.definition,
    triggerType: row.trigger_type,
    status: row.status,
    startedAt: Number(row.started_at),
    ...(row.ended_at !== null && { endedAt: Number(row.ended_at) }),
    ...(row.error !== null && { error: row.error }),
    ...(row.wake_at !== null && { wakeAt: Number(row.wake_at) }),
    ...(row.parent !== null && {
      parent: { runId: row.parent, ...(row.parent_seq !== null && { seq: row.parent_seq }) },
    }),
    ...(row.origin !== null && { origin: { runId: row.origin, ...JSON.parse(row.origin_how!) } }),
  };
}
