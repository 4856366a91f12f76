import type { DataSource } from 'typeorm';
import { withCodedFailures } from './coded-failures.ts';

/** One row a Git source, shared by all hosts of the database. Knows nothing of what a state means. */
export interface GitSourceRecords {
  sourceState(source: string): Promise<{ readonly serial: number; readonly state: object } | undefined>;
  /** Writes `expected + 1`. False when the row does not count `expected` any more; 0: there is none yet. */
  replaceSourceState(source: string, expected: number, state: object): Promise<boolean>;
}

export function createGitSourceRecords(database: DataSource): GitSourceRecords {
  return withCodedFailures<GitSourceRecords>({
    async sourceState(source) {
      const [row]: { serial: string; state: object }[] = await database.query(
        'SELECT serial, state FROM git_source WHERE id = $1',
        [source],
      );
      return row && { serial: Number(row.serial), state: row.state };
    },
    async replaceSourceState(source, expected, state) {
      const text = JSON.stringify(state);
      const rows: { serial: string }[] = await database.query(
        `INSERT INTO git_source AS kept (id, serial, state) SELECT $1, $2::bigint + 1, $3::jsonb
         WHERE $2::bigint = 0 OR EXISTS (SELECT FROM git_source WHERE id = $1)
         ON CONFLICT (id) DO UPDATE SET serial = EXCLUDED.serial, state = EXCLUDED.state, updated_at = now()
         WHERE kept.serial = $2::bigint RETURNING serial`,
        [source, expected, text],
      );
      return rows.length > 0;
    },
  });
}
