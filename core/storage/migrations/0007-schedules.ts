import { defineMigration } from './migration.ts';

/**
 * `due_at`: when to look at the schedule next; null when it has nothing to do. Up to `cursor_at` all occurrences are decided; the
 * rest of what is known about them stands in `state`. `revision` counts every change, so that of two writers one is told.
 */
export const schedules = defineMigration(7, 'schedules', [
  `CREATE TABLE schedule (
    id uuid PRIMARY KEY,
    workflow_id uuid NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    ref text NOT NULL,
    origin text NOT NULL,
    description text NOT NULL,
    spec text NOT NULL,
    timing text NOT NULL,
    begins_paused boolean NOT NULL,
    paused boolean NOT NULL,
    note text,
    due_at timestamptz,
    cursor_at timestamptz NOT NULL,
    state text NOT NULL,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT schedule_ref UNIQUE (workflow_id, ref)
  )`,
  'CREATE INDEX schedule_due ON schedule (due_at, id) WHERE due_at IS NOT NULL',
]);
