import { createHash } from 'node:crypto';
import type { Log } from '@backplane/sdk';
import type pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import { LEDGER } from '../../storage/plugin-schema/plugin-schema.ts';
import type { Mounted } from '../contributions/shapes.ts';
import { refuseSessionWords } from './statement-words.ts';

export interface MigrationRun {
  readonly plugin: string;
  readonly version: string;
  readonly migrations: readonly Mounted['migration'][];
  readonly log: Log;
}

/** Runs, as the plugin's own role, what has not run; each step with its note in the ledger, or not at all. */
export async function migratePlugin(
  client: pg.ClientBase,
  { plugin, version, migrations, log }: MigrationRun,
): Promise<void> {
  // Several hosts take turns; the lock is the session's, which ends with the connection at the latest.
  await client.query('SELECT pg_advisory_lock(hashtextextended(current_schema(), 0))');
  try {
    const { rows } = await client.query<{ name: string; digest: string; version: string }>(
      `SELECT name, digest, version FROM ${LEDGER}`,
    );
    const done = new Map(rows.map((row) => [row.name, row]));
    for (const { name, up } of migrations) {
      const digest = createHash('sha256').update(JSON.stringify(up)).digest('hex');
      const earlier = done.get(name);
      if (earlier === undefined) await step(client, { plugin, version, name, up, digest });
      else if (earlier.digest !== digest)
        throw raise.PLUGIN_MIGRATION_CHANGED({ plugin, migration: name, version: earlier.version });
      done.delete(name);
    }
    if (done.size > 0)
      log.warn('the tables of the plugin come from a newer version of it', { migrations: [...done.keys()].toSorted() });
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()');
  }
}

interface Step {
  readonly plugin: string;
  readonly version: string;
  readonly name: string;
  readonly up: readonly string[];
  readonly digest: string;
}

async function step(client: pg.ClientBase, { plugin, version, name, up, digest }: Step): Promise<void> {
  let statement = 0;
  await client.query('BEGIN');
  try {
    for (const sql of up) {
      statement += 1;
      refuseSessionWords(sql);
      // The extended protocol takes one statement at a time, so that none hides behind another.
      await client.query({ text: sql, queryMode: 'extended' } as pg.QueryConfig);
    }
    await client.query(`INSERT INTO ${LEDGER} (name, digest, version) VALUES ($1, $2, $3)`, [name, digest, version]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    throw raise.PLUGIN_MIGRATION_FAILED(
      { plugin, migration: name, statement, cause: (cause as Error).message },
      { cause },
    );
  }
}
