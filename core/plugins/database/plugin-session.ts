import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import { databaseError } from './database-error.ts';
import { refuseSessionWords } from './statement-words.ts';

export interface DatabaseLimits {
  /** Of one statement, and of a whole transaction. */
  readonly wallMs: number;
  /** Rows of one answer. */
  readonly rows: number;
  /** Of one answer, as the server sends it. */
  readonly bytes: number;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Row = Readonly<Record<string, unknown>>;

/** How statements of a plugin run: by its own role, each within the limits. */
export interface StatementRunner {
  run(statement: Statement): Promise<{ readonly rows: readonly Row[]; readonly changed: number }>;
}

/**
 * Runs on one connection. A statement that exceeds a limit ends the connection: the server would go on otherwise, and its own time
 * limit is a setting that the plugin may change.
 */
export function runnerOn(
  client: pg.PoolClient,
  {
    plugin,
    limits,
    signal,
    broken,
  }: { plugin: string; limits: DatabaseLimits; signal: AbortSignal; broken: () => void },
): StatementRunner {
  return {
    run({ sql, parameters }) {
      signal.throwIfAborted();
      refuseSessionWords(sql);
      const { promise, resolve, reject } = Promise.withResolvers<{ rows: Row[]; changed: number }>();
      const rows: Row[] = [];
      let bytes = 0;
      const query = new pg.Query({
        text: sql,
        values: parameters.map(toWire),
        queryMode: 'extended',
      } as pg.QueryConfig);
      const stop = (error: unknown) => {
        broken();
        reject(error);
      };
      const late = () => stop(raise.PLUGIN_DATABASE_LIMIT({ plugin, limit: `${limits.wallMs / 1000} s` }));
      const gone = () => stop(signal.reason);
      const timer = setTimeout(late, limits.wallMs);
      signal.addEventListener('abort', gone, { once: true });
      query.on('row', (row: Row) => {
        bytes += sizeOf(row);
        if (rows.length >= limits.rows) stop(raise.PLUGIN_DATABASE_LIMIT({ plugin, limit: `${limits.rows} rows` }));
        else if (bytes > limits.bytes) stop(raise.PLUGIN_DATABASE_LIMIT({ plugin, limit: `${limits.bytes} bytes` }));
        else rows.push(row);
      });
      query.on('end', (result: pg.QueryResult) => resolve({ rows, changed: result.rowCount ?? 0 }));
      query.on('error', (error) => reject(databaseError(plugin, error)));
      client.query(query);
      return promise.finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
      });
    },
  };
}

function toWire(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value;
}

function sizeOf(row: Row): number {
  let size = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string') size += value.length;
    else if (value instanceof Uint8Array) size += value.byteLength;
    else if (typeof value === 'object' && value !== null) size += JSON.stringify(value).length;
    else size += 8;
  }
  return size;
}
