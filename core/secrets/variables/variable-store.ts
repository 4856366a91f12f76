import { randomUUIDv7 } from 'node:crypto';
import { parseJson, stringifyJson } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import { AT_PLACE, nameProblems, placeValues, type SecretPlace, type SecretRef } from '../secret-place.ts';

/** Key → any JSON: what `VARS.name` gives. */
export type VariableValues = Readonly<Record<string, unknown>>;

/** A variable as people see it. Dates are ISO. */
export interface VariableEntry {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly level: 'workspace' | 'organization';
  readonly description: string;
  readonly values: VariableValues;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface VariableChange {
  /** All keys there will be. */
  readonly values?: VariableValues;
  /** Single keys; `undefined` takes one away. */
  readonly patch?: ReadonlyMap<string, unknown>;
  readonly description?: string;
  readonly by: string;
}

export interface VariableStore {
  /** Throws VARIABLE_NOT_FOUND. */
  get(ref: SecretRef): Promise<VariableEntry>;
  list(
    place: SecretPlace,
    page: { readonly limit: number; readonly cursor?: string; readonly environment?: string },
  ): Promise<{ items: readonly VariableEntry[]; nextCursor?: string }>;
  /** Makes what is not there. Throws VARIABLE_INVALID. */
  set(ref: SecretRef, change: VariableChange): Promise<VariableEntry>;
  /** Throws VARIABLE_NOT_FOUND. */
  delete(ref: SecretRef): Promise<void>;
}

const MAX_BYTES = 65_536;
const MOST_KEYS = 200;
const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const THIS_ONE = `${AT_PLACE} AND name = $3 AND environment = $4`;

interface VariableRow {
  readonly id: string;
  readonly workspace_id: string | null;
  readonly name: string;
  readonly environment: string;
  readonly description: string;
  readonly content: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** `onChanged` is told after each change, when whoever remembers variables has to forget them. */
export function createVariableStore(source: DataSource, onChanged: () => void): VariableStore {
  return withCodedFailures<VariableStore>({
    async get(ref) {
      const [row]: readonly VariableRow[] = await source.query(
        `SELECT * FROM variable WHERE ${THIS_ONE}`,
        refValues(ref),
      );
      if (row === undefined) throw raise.VARIABLE_NOT_FOUND(ref);
      return entry(row);
    },
    async list(place, { limit, cursor, environment }) {
      const rows: readonly VariableRow[] = await source.query(
        `SELECT * FROM variable WHERE ${AT_PLACE} AND ($3::text IS NULL OR environment = $3)
          AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5`,
        [...placeValues(place), environment ?? null, cursor === undefined ? null : fromCursor(cursor), limit + 1],
      );
      const items = rows.slice(0, limit).map(entry);
      return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.id) } : { items };
    },
    async set(ref, { values, patch, description, by }) {
      checkNames(ref);
      const row = await source.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO variable (id, organization_id, workspace_id, name, environment, description, content, revision, updated_by)
            VALUES ($5, $1, $2, $3, $4, '', '{}', 0, $6) ON CONFLICT DO NOTHING`,
          [...refValues(ref), randomUUIDv7(), by],
        );
        const [held]: readonly VariableRow[] = await tx.query(
          `SELECT * FROM variable WHERE ${THIS_ONE} FOR UPDATE`,
          refValues(ref),
        );
        const content = contentOf(ref.name, values ?? patched(read(held!.content), patch));
        const rows: readonly VariableRow[] = await tx.query(
          `WITH changed AS (UPDATE variable SET content = $2, description = $3, updated_by = $4, updated_at = now(),
              revision = revision + 1 WHERE id = $1 RETURNING *) SELECT * FROM changed`,
          [held!.id, content, description ?? held!.description, by],
        );
        return rows[0]!;
      });
      onChanged();
      return entry(row);
    },
    async delete(ref) {
      const [gone]: readonly { readonly count: string }[] = await source.query(
        `WITH gone AS (DELETE FROM variable WHERE ${THIS_ONE} RETURNING 1) SELECT count(*) FROM gone`,
        refValues(ref),
      );
      if (gone?.count === '0') throw raise.VARIABLE_NOT_FOUND(ref);
      onChanged();
    },
  });
}

function checkNames(ref: SecretRef): void {
  const problems = nameProblems(ref);
  if (problems.length > 0) throw raise.VARIABLE_INVALID({ name: ref.name, problems });
}

function contentOf(name: string, values: VariableValues): string {
  const content = stringifyJson(values);
  const keys = Object.keys(values);
  const problems = [
    ...(keys.length > MOST_KEYS ? [`it has more than ${MOST_KEYS} keys`] : []),
    ...(Buffer.byteLength(content) > MAX_BYTES ? [`it is larger than ${MAX_BYTES} bytes`] : []),
    ...keys
      .filter((key) => !KEY.test(key))
      .map((key) => `${JSON.stringify(key.slice(0, 100))} is no name of a key: letters, digits and _`),
  ];
  if (problems.length > 0) throw raise.VARIABLE_INVALID({ name, problems });
  return content;
}

function patched(values: VariableValues, patch: ReadonlyMap<string, unknown> = new Map()): VariableValues {
  const all = new Map([...Object.entries(values), ...patch]);
  return Object.fromEntries([...all].filter(([, value]) => value !== undefined));
}

function refValues(ref: SecretRef): unknown[] {
  return [...placeValues(ref), ref.name, ref.environment];
}

function read(content: string): VariableValues {
  return parseJson(content) as VariableValues;
}

function entry(row: VariableRow): VariableEntry {
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    level: row.workspace_id === null ? 'organization' : 'workspace',
    description: row.description,
    values: read(row.content),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}
