import type { DataSource } from 'typeorm';
import { raise } from '../errors/catalogue.ts';

const TABLE = 'schema_migration';
/** Any number that other programs on the database do not use for the same. */
const LOCK = 7_203_115_001;

export const migrationsTable = TABLE;

/** Brings the schema up to date. One short query when there is nothing to do. Throws STORAGE_SCHEMA_NEWER. */
export async function migrate(source: DataSource): Promise<void> {
  if (!(await isBehind(source))) return;
  const runner = source.createQueryRunner();
  try {
    // Two hosts that start at once take turns.
    await runner.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await source.runMigrations({ transaction: 'all' });
    await runner.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  } finally {
    await runner.release();
  }
}

async function isBehind(source: DataSource): Promise<boolean> {
  const known = new Set(source.migrations.map(({ name }) => name!));
  const done = await appliedNames(source);
  const unknown = done.filter((name) => !known.has(name));
  if (unknown.length > 0) throw raise.STORAGE_SCHEMA_NEWER({ unknown });
  return done.length < known.size;
}

async function appliedNames(source: DataSource): Promise<readonly string[]> {
  try {
    const rows: readonly { readonly name: string }[] = await source.query(`SELECT name FROM ${TABLE}`);
    return rows.map(({ name }) => name);
  } catch (error) {
    const undefinedTable = '42P01';
    if ((error as { readonly code?: string }).code === undefinedTable) return [];
    throw error;
  }
}
