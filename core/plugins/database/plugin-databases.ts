import type { Database, Log } from '@backplane/sdk';
import type { PluginTables } from './tables-of.ts';

/** The schemas of plugins in the host's Postgres. */
export interface PluginDatabases {
  /**
   * Makes the plugin's schema if it has none, runs the migrations that have not run, and checks that the tables are what the entities
   * say. Throws PLUGIN_DATABASE_ROLE, PLUGIN_MIGRATION_FAILED, PLUGIN_MIGRATION_CHANGED, PLUGIN_ENTITY_MISMATCH.
   */
  prepare(
    owner: { readonly id: string; readonly version: string; readonly log: Log },
    tables: PluginTables,
  ): Promise<void>;
  /** The port of one call. What it began ends with the signal. */
  of(plugin: string, signal: AbortSignal): Database;
  /** Plugins whose data is kept, whether or not they are still installed. */
  kept(): Promise<readonly string[]>;
  /** Deletes the plugin's schema with everything in it, for good. Nothing happens when it has none. */
  drop(plugin: string): Promise<void>;
}
