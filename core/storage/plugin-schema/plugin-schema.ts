import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database.ts';

/** How a plugin's schema is reached: by a role that logs in by itself and has rights on nothing else. */
export interface PluginSchema {
  readonly schema: string;
  readonly role: string;
  readonly connection: pg.ClientConfig;
}

/** In the schema, of the host: plugins may read it and add to it, not change it. */
export const LEDGER = '_backplane_migrations';

/** Any number that other programs on the database do not use for the same. */
const LOCK = 7_203_115_021;

interface Kept {
  readonly schema_name: string;
  readonly role_name: string;
  readonly password: string;
}

/**
 * Finds or makes the schema of a plugin and its role. A role of its own that logs in, not `SET ROLE`: that could be reset by whoever
 * may send statements. Rejects with what the database says when the host may not make roles.
 */
export async function openPluginSchema({ dataSource, url }: Database, plugin: string): Promise<PluginSchema> {
  const kept = await dataSource.transaction(async (manager) => {
    // Hosts that start at once take turns.
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    return ensure(manager, plugin);
  });
  const { host, port, database, ssl } = new pg.Client({ connectionString: url }) as pg.Client &
    Pick<pg.ClientConfig, 'ssl'>;
  return {
    schema: kept.schema_name,
    role: kept.role_name,
    connection: {
      host,
      port,
      ...(database === undefined ? {} : { database }),
      ...(ssl === undefined ? {} : { ssl }),
      user: kept.role_name,
      password: kept.password,
    },
  };
}

async function ensure(manager: EntityManager, plugin: string): Promise<Kept> {
  const [known]: Kept[] = await manager.query(
    'SELECT schema_name, role_name, password FROM plugin_schema WHERE plugin = $1',
    [plugin],
  );
  const kept = known ?? (await named(manager, plugin));
  const { schema_name: schema, role_name: role, password } = kept;
  if (known === undefined) {
    await manager.query(
      'INSERT INTO plugin_schema (plugin, schema_name, role_name, password) VALUES ($1, $2, $3, $4)',
      [plugin, schema, role, password],
    );
  }
  const roles: unknown[] = await manager.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const attributes = `LOGIN PASSWORD '${password}' CONNECTION LIMIT 20`;
  if (roles.length === 0)
    await manager.query(
      `CREATE ROLE "${role}" ${attributes} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION`,
    );
  // A plugin may change its own password; that must not lock it out for ever.
  else await manager.query(`ALTER ROLE "${role}" ${attributes}`);
  await manager.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await manager.query(`GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${role}"`);
  await manager.query(`CREATE TABLE IF NOT EXISTS "${schema}"."${LEDGER}" (
    name text PRIMARY KEY, digest text NOT NULL, version text NOT NULL, ran_at timestamptz NOT NULL DEFAULT now())`);
  await manager.query(`GRANT SELECT, INSERT ON "${schema}"."${LEDGER}" TO "${role}"`);
  await closePublic(manager, role);
  return kept;
}

/** Up to version 14, and in databases that were upgraded from there, everybody may create in `public`. */
async function closePublic(manager: EntityManager, role: string): Promise<void> {
  const open = `SELECT 1 FROM pg_namespace WHERE nspname = 'public' AND has_schema_privilege($1::name, oid, 'CREATE')`;
  if (((await manager.query(open, [role])) as unknown[]).length === 0) return;
  await manager.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  if (((await manager.query(open, [role])) as unknown[]).length > 0)
    throw new Error('everybody may create tables in the schema public, and this user cannot change that');
}

async function named(manager: EntityManager, plugin: string): Promise<Kept> {
  // Roles belong to the whole server: the database's number keeps those of two hosts apart.
  const [{ oid }] = (await manager.query('SELECT oid FROM pg_database WHERE datname = current_database()')) as [
    { oid: number },
  ];
  const name = plugin.replaceAll('-', '_');
  const short =
    name.length <= 40 ? name : `${name.slice(0, 31)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  return {
    schema_name: `plugin_${short}`,
    role_name: `bp_${oid}_${short}`,
    password: randomBytes(24).toString('hex'),
  };
}

/** The plugins that have a schema, sorted. */
export async function keptPluginSchemas({ dataSource }: Database): Promise<readonly string[]> {
  const rows: { readonly plugin: string }[] = await dataSource.query(
    'SELECT plugin FROM plugin_schema ORDER BY plugin',
  );
  return rows.map(({ plugin }) => plugin);
}

/** Deletes the schema, all that is in it, and the role. */
export async function dropPluginSchema({ dataSource }: Database, plugin: string): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const [kept]: Kept[] = await manager
      .query('DELETE FROM plugin_schema WHERE plugin = $1 RETURNING schema_name, role_name, password', [plugin])
      .then((answer: [Kept[], number]) => answer[0]);
    if (kept === undefined) return;
    // Only who belongs to a role may end its sessions and drop what it owns, large objects too; who made it may join it.
    await manager.query(`GRANT "${kept.role_name}" TO CURRENT_USER`);
    await manager.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND pid <> pg_backend_pid()',
      [kept.role_name],
    );
    await manager.query(`DROP SCHEMA IF EXISTS "${kept.schema_name}" CASCADE`);
    await manager.query(`DROP OWNED BY "${kept.role_name}" CASCADE`);
    await manager.query(`DROP ROLE IF EXISTS "${kept.role_name}"`);
  });
}
