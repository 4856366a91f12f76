import pg from 'pg';
import { raise } from '../../errors/catalogue.ts';

/** Connections beside the one that writes. */
export function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    application_name: 'backplane',
  });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => undefined);
  return pool;
}

/** Throws STORAGE_UNAVAILABLE. */
export async function queryRows<T extends object>(pool: pg.Pool, text: string, values: unknown[] = []): Promise<T[]> {
  try {
    return (await pool.query<T>(text, values)).rows;
  } catch (error) {
    throw raise.STORAGE_UNAVAILABLE({ cause: (error as Error).message }, { cause: error, retryAfterMs: 1_000 });
  }
}
