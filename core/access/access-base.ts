import type { DataSource } from 'typeorm';
import type { Decisions } from './create-access.ts';

/** What everything that changes rights stands on. */
export interface AccessBase {
  readonly source: DataSource;
  readonly decisions: Pick<Decisions, 'lacks' | 'changed' | 'can'>;
}

/** What can be asked of the database, inside a transaction or outside. */
export type Queries = Pick<DataSource, 'query'>;
