import type pg from 'pg';
import { raise } from '../../errors/catalogue.ts';
import type { Mounted } from '../contributions/shapes.ts';

type ColumnType = Mounted['entity']['columns'][string]['type'];

/** What Postgres calls the types of columns. */
const TYPES: Readonly<Record<ColumnType, readonly string[]>> = {
  text: ['text', 'character varying', 'character'],
  integer: ['integer', 'smallint'],
  bigint: ['bigint'],
  numeric: ['numeric'],
  double: ['double precision', 'real'],
  boolean: ['boolean'],
  uuid: ['uuid'],
  timestamp: ['timestamp with time zone', 'timestamp without time zone'],
  json: ['jsonb', 'json'],
  bytes: ['bytea'],
};

/** Throws PLUGIN_ENTITY_MISMATCH where the tables are not what the entities say, before any code of the plugin meets them. */
export async function checkEntities(
  client: pg.ClientBase,
  plugin: string,
  entities: readonly Mounted['entity'][],
): Promise<void> {
  for (const { name, columns } of entities) {
    const mismatch = (problem: string) => raise.PLUGIN_ENTITY_MISMATCH({ plugin, entity: name, problem });
    const { rows } = await client.query<{ column_name: string; data_type: string; is_nullable: string }>(
      `SELECT column_name, data_type, is_nullable FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name = $1`,
      [name],
    );
    if (rows.length === 0) throw mismatch('there is no such table');
    for (const [column, { type, nullable }] of Object.entries(columns)) {
      const found = rows.find((row) => row.column_name === column);
      if (found === undefined) throw mismatch(`the table has no column \`${column}\``);
      if (!TYPES[type].includes(found.data_type))
        throw mismatch(`\`${column}\` is ${found.data_type}, the entity says ${type}`);
      if (found.is_nullable === 'YES' && !nullable)
        throw mismatch(`\`${column}\` may be null, the entity says it is not`);
    }
  }
}
