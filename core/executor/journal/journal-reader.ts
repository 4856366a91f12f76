import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { RunStatus } from '../engine.ts';
import type { RunQuery, StoredEvent, StoredRun, StoredRunPage } from './journal.ts';

interface RunRow {
  readonly id: string;
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
}

const COLUMNS =
  'id, workflow, version, definition, trigger_type, status, started_at, ended_at, error, parent, parent_seq';

/** Reads what is durable, over connections of its own, so that reading never waits behind a commit. */
export class JournalReader {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: 4,
      connectionTimeoutMillis: 10_000,
      application_name: 'backplane',
    });
    // An idle connection that breaks is replaced when it is needed.
    this.#pool.on('error', () => undefined);
  }

  async unfinished(): Promise<readonly string[]> {
    const rows = await this.#query<{ id: string }>("SELECT id FROM run WHERE status = 'running' ORDER BY id");
    return rows.map(({ id }) => id);
  }

  async run(runId: string): Promise<StoredRun | undefined> {
    if (!isUuid(runId)) return undefined;
    const [row] = await this.#query<RunRow>(`SELECT ${COLUMNS} FROM run WHERE id = $1`, [runId]);
    return row === undefined ? undefined : fromRow(row);
  }

  events(runId: string, after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#query<StoredEvent>(
      'SELECT seq, body FROM run_event WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      [runId, after, limit],
    );
  }

  async definition(hash: string): Promise<string | undefined> {
    const [row] = await this.#query<{ body: string }>('SELECT body FROM run_definition WHERE hash = $1', [hash]);
    return row?.body;
  }

  async runByKey(workflow: string, key: string, now: number): Promise<string | undefined> {
    const [row] = await this.#query<{ run_id: string }>(
      'SELECT run_id FROM run_key WHERE workflow = $1 AND key = $2 AND expires_at > $3',
      [workflow, key, now],
    );
    return row?.run_id;
  }

  async list({ workflow, status, limit, cursor }: RunQuery): Promise<StoredRunPage> {
    const values: unknown[] = [];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const conditions = [
      ...(workflow === undefined ? [] : [`workflow = ${bind(workflow)}`]),
      // `failed` and `cancelled` share an index, which the planner takes only when it sees both names.
      ...(status === 'failed' || status === 'cancelled' ? ["status IN ('failed', 'cancelled')"] : []),
      ...(status === undefined ? [] : [`status = '${STATUS[status]}'`]),
      ...(cursor === undefined ? [] : [`id < ${bind(fromCursor(cursor))}`]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = await this.#query<RunRow>(
      `SELECT ${COLUMNS} FROM run ${where} ORDER BY id DESC LIMIT ${bind(limit + 1)}`,
      values,
    );
    const items = rows.slice(0, limit).map(fromRow);
    return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.runId) } : { items };
  }

  async forgetExpiredKeys(now: number): Promise<void> {
    await this.#query('DELETE FROM run_key WHERE expires_at <= $1', [now]);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    try {
      return (await this.#pool.query<T>(text, values)).rows;
    } catch (error) {
      throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error, retryAfterMs: 1_000 });
    }
  }
}

/** Constants, so that partial indexes apply; never text from outside. */
const STATUS: Readonly<Record<RunStatus, string>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

function fromRow(row: RunRow): StoredRun {
  return {
    runId: row.id,
    workflow: row.workflow,
    version: row.version,
    definitionHash: row.definition,
    triggerType: row.trigger_type,
    status: row.status,
    startedAt: Number(row.started_at),
    ...(row.ended_at !== null && { endedAt: Number(row.ended_at) }),
    ...(row.error !== null && { error: row.error }),
    ...(row.parent !== null && {
      parent: { runId: row.parent, ...(row.parent_seq !== null && { seq: row.parent_seq }) },
    }),
  };
}
