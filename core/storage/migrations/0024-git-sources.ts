import { defineMigration } from './migration.ts';

/** What the hosts of this database know of their Git sources: which commit is in use, which one waits. */
export const gitSources = defineMigration(24, 'gitSources', [
  `CREATE TABLE git_source (
    id text PRIMARY KEY,
    serial bigint NOT NULL,
    state jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
]);
