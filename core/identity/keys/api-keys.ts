import type { DataSource } from 'typeorm';
import type { Actor, ApiKeyRef } from '../../access/actor.ts';
import { codedFailure } from '../../storage/coded-failures.ts';
import type { ProofCache, Proved } from '../proof-cache.ts';
import { holdsSecret, newApiKey, readApiKey } from './api-key-text.ts';
import { checkScopes } from './check-scopes.ts';

/** Whose a key is. */
export type KeyOwner = { readonly user: string } | { readonly service: string };

export interface NewApiKey {
  readonly owner: KeyOwner;
  readonly name: string;
  /** Absent: everything its owner may do. */
  readonly scopes?: readonly string[];
  /** Id of a workspace; absent: wherever its owner may do something. */
  readonly workspace?: string;
  readonly expiresAt?: Date;
  /** For people: who made it. */
  readonly by: string;
}

export interface ApiKey {
  readonly id: string;
  readonly owner: KeyOwner;
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly workspace?: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** Keys of machines. The database knows only salted hashes. */
export interface ApiKeys {
  /** The key itself is in the answer and nowhere else. @throws API_KEY_SCOPE_UNKNOWN */
  create(key: NewApiKey): Promise<ApiKey & { readonly key: string }>;
  prove(token: string): Actor | undefined | Promise<Actor | undefined>;
  find(id: string): Promise<ApiKey | undefined>;
  list(owner: KeyOwner): Promise<readonly ApiKey[]>;
  /** True when there was one. It ends on every host at once. */
  revoke(id: string): Promise<boolean>;
  revokeAll(owner: KeyOwner): Promise<void>;
  /** From the next request on this host asks again whether the owner may come in. */
  recheck(owner: KeyOwner): void;
}

export interface ApiKeysOptions {
  readonly source: DataSource;
  readonly proved: ProofCache<Actor>;
}

export function createApiKeys({ source, proved }: ApiKeysOptions): ApiKeys {
  const ask = (text: string, values: readonly unknown[]) =>
    source.query(text, [...values]).catch((error: unknown) => {
      throw codedFailure(error);
    });

  async function look(token: string): Promise<Proved<Actor> | undefined> {
    const text = readApiKey(token);
    if (text === undefined) return undefined;
    const [row] = await ask(OWNED, [text.id]);
    if (row === undefined || !holdsSecret(row, text.secret)) return undefined;
    // Once for as long as it is remembered, which is a minute.
    await ask('UPDATE api_key SET last_used_at = now() WHERE id = $1', [text.id]);
    const until = row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
    const owner = row.user_id === null ? `service:${row.service_id}` : `user:${row.user_id}`;
    return { value: actorOf(row), about: [`key:${row.id}`, owner], until };
  }

  return {
    async create({ owner, name, scopes, workspace, expiresAt, by }) {
      checkScopes(scopes ?? []);
      const made = newApiKey();
      const [row] = await ask(
        `INSERT INTO api_key (id, user_id, service_id, name, salt, hash, scopes, workspace_id, expires_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`,
        [
          made.id,
          'user' in owner ? owner.user : null,
          'service' in owner ? owner.service : null,
          name,
          made.salt,
          made.hash,
          scopes ?? null,
          workspace ?? null,
          expiresAt ?? null,
          by,
        ],
      );
      return { ...fromRow(row), key: made.text };
    },
    prove: (token) => proved.get(token) ?? proved.load(token, () => look(token)),
    async find(id) {
      const [row] = await ask('SELECT * FROM api_key WHERE id = $1', [id]);
      return row === undefined ? undefined : fromRow(row);
    },
    async list(owner) {
      const { where, id } = ownedBy(owner);
      return (await ask(`SELECT * FROM api_key WHERE ${where} ORDER BY created_at DESC`, [id])).map(fromRow);
    },
    async revokeAll(owner) {
      const { where, id } = ownedBy(owner);
      const [rows] = await ask(`DELETE FROM api_key WHERE ${where} RETURNING id`, [id]);
      for (const row of rows) proved.forget(`key:${row.id}`);
    },
    recheck: (owner) => void proved.forget('user' in owner ? `user:${owner.user}` : `service:${owner.service}`),
    async revoke(id) {
      const [, count] = await ask('DELETE FROM api_key WHERE id = $1', [id]);
      proved.forget(`key:${id}`);
      return count === 1;
    },
  };
}

const ownedBy = (owner: KeyOwner) =>
  'user' in owner
    ? ({ where: 'user_id = $1', id: owner.user } as const)
    : ({ where: 'service_id = $1', id: owner.service } as const);

/** Only of owners who are not switched off, and only while it has not expired. */
const OWNED = `SELECT k.id, k.name, k.salt, k.hash, k.scopes, k.workspace_id, k.expires_at, k.user_id, k.service_id,
    u.email, u.platform_role, s.name AS service_name, s.organization_id
  FROM api_key k LEFT JOIN user_account u ON u.id = k.user_id LEFT JOIN service_account s ON s.id = k.service_id
  WHERE k.id = $1 AND (k.expires_at IS NULL OR k.expires_at > now()) AND coalesce(u.status, s.status) = 'active'`;

function actorOf(row: Record<string, any>): Actor {
  const key: ApiKeyRef = {
    id: row['id'],
    name: row['name'],
    ...(row['scopes'] !== null && { scopes: row['scopes'] }),
    ...(row['workspace_id'] !== null && { workspace: row['workspace_id'] }),
  };
  return row['user_id'] === null
    ? {
        kind: 'service',
        id: row['service_id'],
        name: row['service_name'],
        organization: row['organization_id'],
        key,
      }
    : { kind: 'user', id: row['user_id'], email: row['email'], platformRole: row['platform_role'], key };
}

function fromRow(row: Record<string, any>): ApiKey {
  return {
    id: row['id'],
    owner: row['user_id'] === null ? { service: row['service_id'] } : { user: row['user_id'] },
    name: row['name'],
    ...(row['scopes'] !== null && { scopes: row['scopes'] }),
    ...(row['workspace_id'] !== null && { workspace: row['workspace_id'] }),
    ...(row['expires_at'] !== null && { expiresAt: row['expires_at'].toISOString() }),
    ...(row['last_used_at'] !== null && { lastUsedAt: row['last_used_at'].toISOString() }),
    createdAt: row['created_at'].toISOString(),
    createdBy: row['created_by'],
  };
}
