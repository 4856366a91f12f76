import { workflows } from './0001-workflows.ts';
import { runs } from './0002-runs.ts';
import { keyValue } from './0003-key-value.ts';
import { runParents } from './0004-run-parents.ts';

/** In order; a new step goes to the end. */
export const allMigrations = [workflows, runs, keyValue, runParents] as const;
