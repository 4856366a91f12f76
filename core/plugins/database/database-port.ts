import type { Database, Entity } from '@backplane/sdk';
import { isConflictOfTime } from './database-error.ts';
import type { PluginPool } from './plugin-pool.ts';
import { type DatabaseLimits, runnerOn, type StatementRunner } from './plugin-session.ts';
import { tableOf } from './table.ts';

export interface PortContext {
  readonly plugin: string;
  readonly limits: DatabaseLimits;
  readonly signal: AbortSignal;
  /** Opens the schema on first use. */
  pool(): Promise<PluginPool>;
}

/** Times that a transaction is tried when it only met another one. */
const ATTEMPTS = 3;

/** The port that a plugin's code sees, for one call. */
export function databasePort(context: PortContext): Database {
  const single: StatementRunner = { run: (statement) => withConnection(context, (runner) => runner.run(statement)) };
  return {
    ...reading(single),
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await withConnection(context, (runner, raw) => inTransaction(runner, raw, work));
        } catch (thrown) {
          if (attempt >= ATTEMPTS || !isConflictOfTime(thrown)) throw thrown;
        }
      }
    },
  };
}

function reading(runner: StatementRunner): Pick<Database, 'table' | 'query'> {
  return {
    table: (entity: Entity) => tableOf(entity, runner) as never,
    query: async (sql, parameters = []) => (await runner.run({ sql, parameters })).rows as never,
  };
}

type Raw = (sql: string) => Promise<unknown>;

async function inTransaction<T>(
  runner: StatementRunner,
  raw: Raw,
  work: (database: Database) => Promise<T>,
  depth = 0,
): Promise<T> {
  // A transaction inside one is a part that can fail by itself.
  const point = `inner_${depth}`;
  await raw(depth === 0 ? 'BEGIN' : `SAVEPOINT ${point}`);
  const inner: Database = {
    ...reading(runner),
    transaction: (part) => inTransaction(runner, raw, part, depth + 1),
  };
  try {
    const result = await work(inner);
    await raw(depth === 0 ? 'COMMIT' : `RELEASE ${point}`);
    return result;
  } catch (thrown) {
    await raw(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO ${point}`);
    throw thrown;
  }
}

async function withConnection<T>(
  { plugin, limits, signal, pool }: PortContext,
  work: (runner: StatementRunner, raw: Raw) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const lease = await (await pool()).lease();
  const { promise: cut, reject } = Promise.withResolvers<never>();
  let broken = false;
  const end = () => {
    broken = true;
    reject(signal.reason);
  };
  signal.addEventListener('abort', end, { once: true });
  const runner = runnerOn(lease.client, {
    plugin,
    limits,
    signal,
    broken: () => {
      broken = true;
    },
  });
  // Nothing more is sent over a connection that is given up: its transaction ends with it.
  const raw: Raw = async (sql) => (broken ? undefined : lease.client.query(sql));
  try {
    return await Promise.race([work(runner, raw), cut]);
  } finally {
    signal.removeEventListener('abort', end);
    lease.release(broken);
  }
}
