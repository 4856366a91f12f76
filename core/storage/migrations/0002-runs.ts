import { defineMigration } from './migration.ts';

/** Bodies are text, not jsonb: nobody searches in them, and text keeps numbers as they were written. */
export const runs = defineMigration(2, 'runs', [
  `CREATE TABLE run_definition (
    hash text PRIMARY KEY,
    body text NOT NULL
  )`,
  `CREATE TABLE run (
    id uuid PRIMARY KEY,
    workflow text NOT NULL,
    version integer NOT NULL,
    definition text NOT NULL,
    trigger_type text NOT NULL,
    status text NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    error text
  )`,
  'CREATE INDEX run_by_workflow ON run (workflow, id)',
  // Run ids grow with time, so each of these answers "the newest" by itself; completed runs, the bulk, burden none of them.
  "CREATE INDEX run_unfinished ON run (id) WHERE status = 'running'",
  "CREATE INDEX run_failed ON run (id) WHERE status IN ('failed', 'cancelled')",
  `CREATE TABLE run_event (
    run_id uuid NOT NULL,
    seq integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (run_id, seq)
  )`,
  `CREATE TABLE run_key (
    workflow text NOT NULL,
    key text NOT NULL,
    run_id uuid NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (workflow, key)
  )`,
  'CREATE INDEX run_key_expiry ON run_key (expires_at)',
  `CREATE TABLE engine_lease (
    name text PRIMARY KEY,
    epoch bigint NOT NULL,
    holder text NOT NULL
  )`,
]);
