import type { Database, Table } from '@backplane/sdk';
import { z } from 'zod';
import { DATABASE, TABLE_METHODS } from '../crossing/database-shape.ts';
import { LentFunctions } from './lent-functions.ts';
import { type Caller, lentPort } from './remote-functions.ts';

const entity = z.object({ name: z.string(), columns: z.record(z.string(), z.looseObject({ type: z.string() })) });
const request = z.tuple([entity, z.enum(TABLE_METHODS), z.array(z.unknown()).max(3)]);
const statement = z.tuple([z.string(), z.array(z.unknown()).max(65_535).optional()]);

/** Of all ports `database` alone is functions within functions: those of the ports become what can be asked for by name. */
export function lendDatabase(ports: Record<string, unknown>, caller: Caller): void {
  const { database } = ports;
  if (database === undefined || database instanceof LentFunctions) return;
  ports['database'] = lentPort('database', lentDatabase(database as Database), DATABASE, caller);
}

function lentDatabase(database: Database): object {
  return {
    async rows(...asked: readonly unknown[]) {
      const [of, method, args] = request.parse(asked);
      const table = database.table(of as never) as Table<unknown>;
      return (table[method] as (...given: unknown[]) => Promise<unknown>)(...args);
    },
    async query(...asked: readonly unknown[]) {
      const [sql, parameters] = statement.parse(asked);
      return database.query(sql, parameters);
    },
    transaction: (work: (inner: object) => Promise<unknown>) =>
      database.transaction((inner) => work(lentDatabase(inner))),
  };
}
