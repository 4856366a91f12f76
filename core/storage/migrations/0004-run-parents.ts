import { defineMigration } from './migration.ts';

/** A run that another one has started, and the command of that one which waits for its end, if any does. */
export const runParents = defineMigration(4, 'runParents', [
  'ALTER TABLE run ADD COLUMN parent uuid, ADD COLUMN parent_seq integer',
]);
