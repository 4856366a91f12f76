import { defineMigration } from './migration.ts';

/**
 * What lists of runs are filtered by. Times of ends grow as the table does, so a block range index finds them and costs the insert of
 * a run next to nothing; the other indexes hold only the runs that are not the bulk.
 */
export const runLists = defineMigration(10, 'runLists', [
  'CREATE INDEX run_ended ON run USING brin (ended_at) WITH (pages_per_range = 32, autosummarize = on)',
  'CREATE INDEX run_by_parent ON run (parent, id) WHERE parent IS NOT NULL',
  "CREATE INDEX run_by_rare_trigger ON run (trigger_type, id) WHERE trigger_type NOT IN ('api', 'webhook', 'subflow')",
]);
