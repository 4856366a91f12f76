import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { codedFailure, withCodedFailures } from '../../storage/coded-failures.ts';
import { Remembered } from '../remembered.ts';
import { DEFAULT_ENVIRONMENT } from '../secret-place.ts';

/** Always offered, whether anything stands in them or not. */
const USUAL = [DEFAULT_ENVIRONMENT, 'development', 'production'] as const;
const MOST_WORKSPACES = 1_000;

export interface Environment {
  readonly name: string;
  readonly description: string;
  /** What it lacks is looked for in `default`. */
  readonly fallsBack: boolean;
  /** How many secrets and variables of the workspace stand in it. */
  readonly secrets: number;
  readonly variables: number;
}

export interface FallbackRules {
  /** Whether an environment that lacks something gets that of `default`. */
  fallsBack(environment: string, workspace: string): Promise<boolean>;
}

/** The environments of a workspace: those with settings, those in use, and the usual ones. */
export interface EnvironmentStore extends FallbackRules {
  list(workspace: string): Promise<readonly Environment[]>;
  set(
    workspace: string,
    name: string,
    settings: { readonly description: string; readonly fallsBack: boolean },
  ): Promise<void>;
  /** Its settings are the usual ones again; what stands in it stays. Throws ENVIRONMENT_NOT_FOUND. */
  delete(workspace: string, name: string): Promise<void>;
  forget(): void;
}

export function createEnvironmentStore(source: DataSource, onChanged: () => void): EnvironmentStore {
  const strict = new Remembered<ReadonlySet<string>>(MOST_WORKSPACES);
  const strictOf = async (workspace: string) => {
    const rows: readonly { readonly name: string }[] = await source.query(
      'SELECT name FROM environment WHERE workspace_id = $1 AND NOT falls_back',
      [workspace],
    );
    return new Set(rows.map(({ name }) => name));
  };
  const stored = withCodedFailures<Pick<EnvironmentStore, 'list' | 'set' | 'delete'>>({
    async list(workspace) {
      const rows: readonly (Environment & { secrets: string; variables: string })[] = await source.query(
        `WITH named AS (
            SELECT unnest($2::text[]) AS name UNION SELECT name FROM environment WHERE workspace_id = $1
            UNION SELECT environment FROM secret WHERE workspace_id = $1
            UNION SELECT environment FROM variable WHERE workspace_id = $1)
          SELECT n.name, coalesce(e.description, '') AS description, coalesce(e.falls_back, true) AS "fallsBack",
            (SELECT count(*) FROM secret s WHERE s.workspace_id = $1 AND s.environment = n.name) AS secrets,
            (SELECT count(*) FROM variable v WHERE v.workspace_id = $1 AND v.environment = n.name) AS variables
          FROM named n LEFT JOIN environment e ON e.workspace_id = $1 AND e.name = n.name ORDER BY n.name`,
        [workspace, USUAL],
      );
      return rows.map((row) => ({ ...row, secrets: Number(row.secrets), variables: Number(row.variables) }));
    },
    async set(workspace, name, { description, fallsBack }) {
      await source.query(
        `INSERT INTO environment (workspace_id, name, description, falls_back) VALUES ($1, $2, $3, $4)
          ON CONFLICT (workspace_id, name) DO UPDATE SET description = excluded.description, falls_back = excluded.falls_back`,
        [workspace, name, description, fallsBack],
      );
      onChanged();
    },
    async delete(workspace, name) {
      const [gone]: readonly { readonly count: string }[] = await source.query(
        `WITH gone AS (DELETE FROM environment WHERE workspace_id = $1 AND name = $2 RETURNING 1)
          SELECT count(*) FROM gone`,
        [workspace, name],
      );
      if (gone?.count === '0') throw raise.ENVIRONMENT_NOT_FOUND({ name });
      onChanged();
    },
  });
  return {
    ...stored,
    async fallsBack(environment, workspace) {
      if (environment === DEFAULT_ENVIRONMENT) return false;
      try {
        return !(await strict.get(workspace, () => strictOf(workspace))).has(environment);
      } catch (error) {
        throw codedFailure(error);
      }
    },
    forget: () => strict.forget(),
  };
}
