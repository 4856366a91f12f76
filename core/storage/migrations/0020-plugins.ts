import { defineMigration } from './migration.ts';

/** What became of plugins and who did it; the lock that all hosts of this database agree on; what a stored workflow was checked against. */
export const plugins = defineMigration(20, 'plugins', [
  `CREATE TABLE plugin_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    plugin text NOT NULL,
    version text NOT NULL,
    from_state text,
    to_state text,
    action text,
    reason text,
    code text,
    actor text
  )`,
  'CREATE INDEX plugin_event_plugin ON plugin_event (plugin, id DESC)',
  `CREATE TABLE plugin_lock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    serial bigint NOT NULL,
    lock jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  'ALTER TABLE workflow_version ADD COLUMN actions jsonb',
]);
