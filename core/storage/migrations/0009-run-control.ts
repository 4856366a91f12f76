import { defineMigration } from './migration.ts';

/** Which run another one repeats; and the ways from a run to its unfinished children and to its repetitions. */
export const runControl = defineMigration(9, 'runControl', [
  // `origin_how` is JSON: retry, rerun or replay, from which step, and why.
  'ALTER TABLE run ADD COLUMN origin uuid, ADD COLUMN origin_how text',
  "CREATE INDEX run_unfinished_children ON run (parent) WHERE status = 'running' AND parent IS NOT NULL",
  'CREATE INDEX run_reruns ON run (origin) WHERE origin IS NOT NULL',
]);
