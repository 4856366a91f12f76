import { type Tagged, tag } from '../tag.ts';

/**
 * One step forward of the plugin's schema. Migrations run once, sorted by name, each in a transaction, before `start`; one that fails
 * leaves the database as it was and the previous version of the plugin running. One that has run must never change.
 */
export interface MigrationSpec {
  /** Sorts after those before it: `0001_tickets`. */
  readonly name: string;
  /** Statements in order. Tables are named without a schema: the plugin's own is the only one in reach. */
  readonly up: readonly string[];
}

export type Migration = MigrationSpec & Tagged<'migration'>;

export function defineMigration(spec: MigrationSpec): Migration {
  return tag('migration', spec);
}
