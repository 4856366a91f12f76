import { TABLE_METHODS } from '../crossing/database-shape.ts';

interface Remote {
  rows(entity: object, method: string, args: readonly unknown[]): Promise<unknown>;
  query(sql: string, parameters: readonly unknown[]): Promise<unknown>;
  transaction(work: (inner: Remote) => Promise<unknown>): Promise<unknown>;
}

interface EntityLike {
  readonly name: string;
  readonly columns: Readonly<Record<string, { readonly type: string }>>;
}

/** The port `database` as the plugin's code knows it; behind it stands the host. */
export function guestDatabase(remote: Remote): object {
  return {
    table: ({ name, columns }: EntityLike) =>
      Object.fromEntries(
        TABLE_METHODS.map((method) => [
          method,
          async (...args: unknown[]) => revived(await remote.rows({ name, columns }, method, args), columns),
        ]),
      ),
    query: (sql: string, parameters: readonly unknown[] = []) => remote.query(sql, parameters),
    async transaction(work: (database: object) => Promise<unknown>) {
      let failed: { readonly thrown: unknown } | undefined;
      try {
        return await remote.transaction(async (inner) => {
          failed = undefined;
          try {
            return await work(guestDatabase(inner));
          } catch (thrown) {
            failed = { thrown };
            throw thrown;
          }
        });
      } catch (thrown) {
        // What the work threw, not what the host made of it.
        throw failed === undefined ? thrown : failed.thrown;
      }
    },
  };
}

/** Columns of big integers hold them whatever their size. */
function revived(found: unknown, columns: EntityLike['columns']): unknown {
  if (Array.isArray(found)) return found.map((row) => revived(row, columns));
  if (typeof found !== 'object' || found === null) return found;
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [
      name,
      columns[name]?.type === 'bigint' && typeof value === 'number' ? BigInt(value) : value,
    ]),
  );
}
