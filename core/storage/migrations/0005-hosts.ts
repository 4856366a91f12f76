import { defineMigration } from './migration.ts';

/**
 * Hosts that share the database, and which part of the runs each of them has. `engine_lease` stays for the sake of older hosts:
 * its epoch is what shuts them out.
 */
export const hosts = defineMigration(5, 'hosts', [
  // Written every second: room in the page keeps these changes out of the index.
  `CREATE TABLE engine_host (
    id uuid PRIMARY KEY,
    lock integer GENERATED ALWAYS AS IDENTITY,
    machine text NOT NULL,
    pid integer NOT NULL,
    process uuid NOT NULL,
    url text,
    live_runs integer NOT NULL DEFAULT 0,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
  ) WITH (fillfactor = 20)`,
  `CREATE TABLE engine_shard (
    shard smallint PRIMARY KEY,
    host uuid REFERENCES engine_host (id) ON DELETE SET NULL
  )`,
  'INSERT INTO engine_shard (shard) SELECT generate_series(0, 63)',
  `CREATE TABLE run_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    shard smallint NOT NULL,
    run_id uuid NOT NULL,
    body text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`,
  // Every host remembers workflows; whatever changes one, by whatever way, moves this number on.
  'CREATE TABLE workflow_change (version bigint NOT NULL)',
  'INSERT INTO workflow_change VALUES (1)',
  `CREATE FUNCTION workflow_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE workflow_change SET version = version + 1;
    PERFORM pg_notify('backplane', 'workflows');
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER workflow_change AFTER INSERT OR UPDATE OR DELETE ON workflow
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_changed()`,
]);
