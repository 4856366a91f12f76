import type { SecretFacts, SecretType } from '../material/secret-facts.ts';

/** A secret as people see it: no value ever comes back. Dates are ISO. */
export interface SecretEntry extends SecretFacts {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly level: 'workspace' | 'organization';
  readonly type: SecretType;
  readonly description: string;
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** To within some minutes. */
  readonly lastUsedAt?: string;
  /** `the certificate has expired` … */
  readonly warning?: string;
}

export interface SecretVersion extends SecretFacts {
  readonly version: number;
  readonly current: boolean;
  /** The version before the current one is its backup. */
  readonly backup?: 'previous';
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface SecretRow {
  readonly id: string;
  readonly workspace_id: string | null;
  readonly name: string;
  readonly environment: string;
  readonly type: SecretType;
  readonly description: string;
  readonly version: number;
  readonly facts: string;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
  readonly used_at: Date | null;
}

const SOON_MS = 30 * 86_400_000;

export function secretEntry(row: SecretRow, now = Date.now()): SecretEntry {
  const facts = JSON.parse(row.facts) as SecretFacts;
  const warning = warningOf(facts, now);
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    level: row.workspace_id === null ? 'organization' : 'workspace',
    type: row.type,
    description: row.description,
    version: row.version,
    ...facts,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
    ...(row.used_at !== null && { lastUsedAt: row.used_at.toISOString() }),
    ...(warning !== undefined && { warning }),
  };
}

function warningOf({ expiresAt }: SecretFacts, now: number): string | undefined {
  if (expiresAt === undefined) return undefined;
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return `the certificate has expired on ${expiresAt}`;
  return left < SOON_MS ? `the certificate expires on ${expiresAt}` : undefined;
}
