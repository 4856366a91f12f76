import { randomUUIDv7 } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { fromCursor, toCursor } from '../../storage/id-cursor.ts';
import type { KeyClaims } from '../key/key-claims.ts';
import { type Material, readMaterial } from '../material/read-material.ts';
import type { KeyValues, SecretFacts, SecretType } from '../material/secret-facts.ts';
import { sealValues, unsealValues } from '../sealed-values.ts';
import { AT_PLACE, nameProblems, placeValues, type SecretRef } from '../secret-place.ts';
import { type SecretRow, secretEntry } from './secret-entry.ts';
import type { SecretChange, SecretStore } from './secret-store.ts';

const VERSIONS_KEPT = 10;

const SHOWN = `SELECT s.*, v.facts, u.used_at FROM secret s
  JOIN secret_version v ON v.secret_id = s.id AND v.version = s.version
  LEFT JOIN secret_use u ON u.secret_id = s.id`;
const THIS_ONE = `${AT_PLACE} AND name = $3 AND environment = $4`;

type Tx = Pick<EntityManager, 'query'>;

/** `onChanged` is told after each change, when whoever remembers secrets has to forget them. */
export function createSecretStore(source: DataSource, claims: KeyClaims, onChanged: () => void): SecretStore {
  const changing = async <T>(work: (tx: EntityManager) => Promise<T>): Promise<T> => {
    const done = await source.transaction(work);
    onChanged();
    return done;
  };
  const addVersion = async (tx: EntityManager, id: string, version: number, material: Checked, by: string) => {
    const key = await claims.sealing(tx);
    await tx.query(
      'INSERT INTO secret_version (secret_id, version, key_id, payload, facts, created_by) VALUES ($1, $2, $3, $4, $5, $6)',
      [id, version, key.id, sealValues(key, id, material.values), JSON.stringify(material.facts), by],
    );
    await tx.query('DELETE FROM secret_version WHERE secret_id = $1 AND version <= $2', [id, version - VERSIONS_KEPT]);
  };
  const valuesOf = async (tx: Tx, id: string, version: number): Promise<KeyValues | undefined> => {
    const [row]: readonly { readonly payload: string }[] = await tx.query(
      'SELECT payload FROM secret_version WHERE secret_id = $1 AND version = $2',
      [id, version],
    );
    return row && unsealValues(claims.ring, id, row.payload);
  };
  const update = async (
    tx: EntityManager,
    ref: SecretRef,
    change: SecretChange,
    values: (locked: LockedSecret) => Promise<KeyValues | undefined>,
  ) => {
    const locked = await lock(tx, ref);
    if (change.expectedVersion !== undefined && change.expectedVersion !== locked.version)
      throw raise.SECRET_CHANGED({ name: ref.name });
    const wanted = await values(locked);
    const version = wanted === undefined ? locked.version : locked.version + 1;
    if (wanted !== undefined) {
      const material = checked(ref.name, await readMaterial(locked.type, wanted));
      await addVersion(tx, locked.id, version, material, change.by);
    }
    await tx.query(
      'UPDATE secret SET version = $2, description = $3, updated_by = $4, updated_at = now() WHERE id = $1',
      [locked.id, version, change.description ?? locked.description, change.by],
    );
    return shown(tx, ref);
  };

  return withCodedFailures<SecretStore>({
    async create({ type, description = '', values, by, ...ref }) {
      checkNames(ref);
      const material = checked(ref.name, await readMaterial(type, values));
      const id = randomUUIDv7();
      return changing(async (tx) => {
        const made: readonly unknown[] = await tx.query(
          `INSERT INTO secret (id, organization_id, workspace_id, name, environment, type, description, version, created_by, updated_by)
            VALUES ($5, $1, $2, $3, $4, $6, $7, 1, $8, $8) ON CONFLICT DO NOTHING RETURNING 1`,
          [...refValues(ref), id, type, description, by],
        );
        if (made.length === 0) throw raise.SECRET_EXISTS(ref);
        await addVersion(tx, id, 1, material, by);
        return shown(tx, ref);
      });
    },
    get: (ref) => shown(source, ref),
    async list(place, { limit, cursor, environment }) {
      const rows: readonly SecretRow[] = await source.query(
        `${SHOWN} WHERE ${AT_PLACE} AND ($3::text IS NULL OR environment = $3) AND ($4::uuid IS NULL OR s.id < $4)
          ORDER BY s.id DESC LIMIT $5`,
        [...placeValues(place), environment ?? null, cursor === undefined ? null : fromCursor(cursor), limit + 1],
      );
      const items = rows.slice(0, limit).map((row) => secretEntry(row));
      return rows.length > limit ? { items, nextCursor: toCursor(items.at(-1)!.id) } : { items };
    },
    change: (ref, change) =>
      changing((tx) =>
        update(tx, ref, change, async ({ id, version }) => {
          if (change.patch === undefined) return change.values;
          return patched((await valuesOf(tx, id, version))!, change.patch);
        }),
      ),
    async delete(ref) {
      await changing(async (tx) => {
        const { id } = await lock(tx, ref);
        await tx.query('DELETE FROM secret WHERE id = $1', [id]);
      });
    },
    async versions(ref) {
      const { id, version } = await shown(source, ref);
      const rows: readonly { version: number; facts: string; created_at: Date; created_by: string }[] =
        await source.query(
          'SELECT version, facts, created_at, created_by FROM secret_version WHERE secret_id = $1 ORDER BY version DESC',
          [id],
        );
      return rows.map((row) => ({
        version: row.version,
        current: row.version === version,
        ...(row.version === version - 1 && { backup: 'previous' as const }),
        ...(JSON.parse(row.facts) as SecretFacts),
        createdAt: row.created_at.toISOString(),
        createdBy: row.created_by,
      }));
    },
    restore: (ref, wanted, by) =>
      changing((tx) =>
        update(tx, ref, { by }, async ({ id, version }) => {
          const found = await valuesOf(tx, id, wanted === 'previous' ? version - 1 : wanted);
          if (found === undefined) throw raise.SECRET_VERSION_NOT_FOUND({ name: ref.name, version: String(wanted) });
          return found;
        }),
      ),
  });
}

type Checked = Exclude<Material, { readonly problems: readonly string[] }>;

function checked(name: string, material: Material): Checked {
  if ('problems' in material) throw raise.SECRET_INVALID({ name, problems: material.problems });
  return material;
}

function checkNames(ref: SecretRef): void {
  const problems = nameProblems(ref);
  if (problems.length > 0) throw raise.SECRET_INVALID({ name: ref.name, problems });
}

interface LockedSecret {
  readonly id: string;
  readonly type: SecretType;
  readonly version: number;
  readonly description: string;
}

async function lock(tx: Tx, ref: SecretRef): Promise<LockedSecret> {
  const [row]: readonly LockedSecret[] = await tx.query(
    `SELECT id, type, version, description FROM secret WHERE ${THIS_ONE} FOR UPDATE`,
    refValues(ref),
  );
  if (row === undefined) throw raise.SECRET_NOT_FOUND(ref);
  return row;
}

async function shown(tx: Tx, ref: SecretRef) {
  const [row]: readonly SecretRow[] = await tx.query(`${SHOWN} WHERE ${THIS_ONE}`, refValues(ref));
  if (row === undefined) throw raise.SECRET_NOT_FOUND(ref);
  return secretEntry(row);
}

function refValues(ref: SecretRef): unknown[] {
  return [...placeValues(ref), ref.name, ref.environment];
}

function patched(values: KeyValues, patch: Readonly<Record<string, string | null>>): KeyValues {
  const all = Object.entries({ ...values, ...patch });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}
