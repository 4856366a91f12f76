import { workflows } from './0001-workflows.ts';
import { runs } from './0002-runs.ts';
import { keyValue } from './0003-key-value.ts';

/** In order; a new step goes to the end. */
export const allMigrations = [workflows, runs, keyValue] as const;
