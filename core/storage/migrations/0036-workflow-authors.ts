import { defineMigration } from './migration.ts';

/** Who stored a version answers for what it does. Null: the host itself, and whatever was stored before this was noted. */
export const workflowAuthors = defineMigration(36, 'workflowAuthors', [
  'ALTER TABLE workflow_version ADD COLUMN author jsonb',
]);
