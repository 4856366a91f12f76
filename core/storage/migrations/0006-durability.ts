import { defineMigration } from './migration.ts';

/** Snapshots, sleeping runs, large values that stand apart, and what must leave the host because a run has ended. */
export const durability = defineMigration(6, 'durability', [
  'CREATE TABLE host_fact (name text PRIMARY KEY, value text NOT NULL)',
  // When a sleeping run must be awake again, epoch milliseconds; null: it is not asleep.
  'ALTER TABLE run ADD COLUMN wake_at bigint',
  'CREATE INDEX run_asleep ON run (wake_at, id) WHERE wake_at IS NOT NULL',
  // With `wake_at` in it, the index alone tells which runs a starting host must load.
  'DROP INDEX run_unfinished',
  "CREATE INDEX run_unfinished ON run (id) INCLUDE (wake_at) WHERE status = 'running'",
  // `body` is null when it stands in the blob store under `hash`.
  `CREATE TABLE run_snapshot (
    run_id uuid PRIMARY KEY,
    seq integer NOT NULL,
    hash text NOT NULL,
    body text
  )`,
  'CREATE INDEX run_snapshot_blob ON run_snapshot (hash) WHERE body IS NULL',
  'CREATE TABLE run_blob (run_id uuid NOT NULL, hash text NOT NULL, PRIMARY KEY (run_id, hash))',
  'CREATE INDEX run_blob_hash ON run_blob (hash)',
  'CREATE INDEX run_key_run ON run_key (run_id)',
  'ALTER TABLE run_definition ADD COLUMN unused_since bigint',
  // `next_at` is null once a delivery has been given up.
  `CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    consumer text NOT NULL,
    run_id uuid NOT NULL,
    body text NOT NULL,
    created_at bigint NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at bigint,
    last_error text
  )`,
  'CREATE INDEX outbox_due ON outbox (next_at) WHERE next_at IS NOT NULL',
]);
