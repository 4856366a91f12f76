import { defineMigration } from './migration.ts';

/**
 * What steps ask people, for those who look for it: written in the commit of the events that open, change and close it. `groups` is
 * `,"a","b",`, so that one name can be found exactly; what only programs read stands in `body`.
 */
export const interactions = defineMigration(8, 'interactions', [
  `CREATE TABLE interaction (
    id text COLLATE "C" PRIMARY KEY,
    run_id uuid NOT NULL,
    ref text NOT NULL,
    stream text,
    type text NOT NULL,
    status text NOT NULL,
    groups text NOT NULL,
    deadline bigint,
    opened_at bigint NOT NULL,
    closed_at bigint,
    body text NOT NULL
  )`,
  'CREATE INDEX interaction_newest ON interaction (opened_at, id)',
  "CREATE INDEX interaction_open ON interaction (opened_at, id) WHERE status = 'open'",
  'CREATE INDEX interaction_by_run ON interaction (run_id)',
]);
