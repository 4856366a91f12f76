import { defineMigration } from './migration.ts';

/**
 * The schemas of plugins, and the role by which each is reached. The password opens that one schema only, and whoever can read this
 * table can read all of them anyway; hosts on one database share it.
 */
export const pluginSchemas = defineMigration(21, 'PluginSchemas', [
  `CREATE TABLE plugin_schema (
    plugin text PRIMARY KEY,
    schema_name text NOT NULL UNIQUE,
    role_name text NOT NULL,
    password text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
]);
