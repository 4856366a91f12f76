import { randomUUIDv7 } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { PlatformRole } from '../../access/actor.ts';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import { type NewUser, normalEmail, type User } from './user.ts';

/** Accounts of people, with their passwords and the identities that providers know them by. */
export interface UserStore {
  /** By id or e-mail address. */
  find(user: string): Promise<User | undefined>;
  /** @throws USER_NOT_FOUND */
  get(user: string): Promise<User>;
  list(): Promise<readonly User[]>;
  /** @throws USER_EXISTS */
  create(user: NewUser): Promise<User>;
  /** Makes the user a platform admin when there is none yet, however many ask at once. @throws USER_EXISTS */
  createWithFirst(user: NewUser): Promise<User>;
  hasAdmin(): Promise<boolean>;
  /** By e-mail address, in one query whether there is such an account or not. */
  withPassword(email: string): Promise<{ readonly user?: User; readonly hash?: string }>;
  /** Undefined takes the password away. */
  setPassword(id: string, hash: string | undefined): Promise<void>;
  markVerified(id: string): Promise<void>;
  /** @throws USER_LAST_ADMIN when nobody would be left who manages the host */
  setStatus(id: string, status: User['status']): Promise<void>;
  /** @throws USER_LAST_ADMIN */
  setPlatformRole(id: string, role: PlatformRole): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  touch(id: string): Promise<void>;
  byIdentity(issuer: string, subject: string): Promise<User | undefined>;
  addIdentity(id: string, identity: { issuer: string; subject: string; provider: string }): Promise<void>;
}

const COLUMNS = `u.id, u.email, u.name, u.platform_role, u.status, u.email_verified_at, u.last_seen_at, u.created_at`;
/** Held by whoever decides whether there is an admin. */
const ADMINS_LOCK = 7_032_001;

export function createUserStore(source: DataSource): UserStore {
  const one = async (where: string, values: readonly unknown[], from = 'user_account u') => {
    const [row] = await source.query(`SELECT ${COLUMNS} FROM ${from} WHERE ${where}`, [...values]);
    return row === undefined ? undefined : fromRow(row);
  };
  const find = (user: string) => (isUuid(user) ? one('u.id = $1', [user]) : one('u.email = $1', [normalEmail(user)]));
  return withCodedFailures<UserStore>({
    find,
    async get(user) {
      const found = await find(user);
      if (found === undefined) throw raise.USER_NOT_FOUND({ user });
      return found;
    },
    async list() {
      const rows: Row[] = await source.query(`SELECT ${COLUMNS} FROM user_account u ORDER BY u.email`);
      return rows.map(fromRow);
    },
    create: (user) => source.transaction((manager) => insert(manager, user)),
    createWithFirst: (user) =>
      source.transaction(async (manager) => {
        await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
        return insert(manager, (await hasAdmin(manager)) ? user : { ...user, platformRole: 'admin' });
      }),
    hasAdmin: () => hasAdmin(source),
    async withPassword(email) {
      const [row] = await source.query(
        `SELECT ${COLUMNS}, p.hash FROM user_account u LEFT JOIN user_password p ON p.user_id = u.id WHERE u.email = $1`,
        [normalEmail(email)],
      );
      return row === undefined ? {} : { user: fromRow(row), ...(row.hash !== null && { hash: row.hash }) };
    },
    async setPassword(id, hash) {
      if (hash === undefined) await source.query('DELETE FROM user_password WHERE user_id = $1', [id]);
      else await source.query(PUT_PASSWORD, [id, hash]);
    },
    async markVerified(id) {
      await source.query(
        'UPDATE user_account SET email_verified_at = coalesce(email_verified_at, now()), updated_at = now() WHERE id = $1',
        [id],
      );
    },
    setStatus: (id, status) => keepingAnAdmin(source, id, 'status', status),
    setPlatformRole: (id, role) => keepingAnAdmin(source, id, 'platform_role', role),
    async rename(id, name) {
      await source.query('UPDATE user_account SET name = $2, updated_at = now() WHERE id = $1', [id, name]);
    },
    async touch(id) {
      await source.query('UPDATE user_account SET last_seen_at = now() WHERE id = $1', [id]);
    },
    byIdentity: (issuer, subject) =>
      one(
        'i.issuer = $1 AND i.subject = $2',
        [issuer, subject],
        'user_account u JOIN user_identity i ON i.user_id = u.id',
      ),
    async addIdentity(id, { issuer, subject, provider }) {
      await source.query(
        `INSERT INTO user_identity (issuer, subject, user_id, provider) VALUES ($1, $2, $3, $4)
         ON CONFLICT (issuer, subject) DO UPDATE SET last_used_at = now()`,
        [issuer, subject, id, provider],
      );
    },
  });
}

const PUT_PASSWORD = `INSERT INTO user_password (user_id, hash) VALUES ($1, $2)
  ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = now()`;

async function insert(manager: EntityManager, user: NewUser): Promise<User> {
  const [row] = await manager.query(
    `INSERT INTO user_account AS u (id, email, name, platform_role, status, email_verified_at)
     VALUES ($1, $2, $3, $4, 'active', CASE WHEN $5 THEN now() END) ON CONFLICT (email) DO NOTHING RETURNING ${COLUMNS}`,
    [randomUUIDv7(), normalEmail(user.email), user.name, user.platformRole, user.emailVerified],
  );
  if (row === undefined) throw raise.USER_EXISTS({ email: normalEmail(user.email) });
  if (user.passwordHash !== undefined) await manager.query(PUT_PASSWORD, [row.id, user.passwordHash]);
  return fromRow(row);
}

async function hasAdmin(asked: Pick<EntityManager, 'query'>): Promise<boolean> {
  const rows = await asked.query(
    "SELECT 1 FROM user_account WHERE platform_role = 'admin' AND status = 'active' LIMIT 1",
  );
  return rows.length > 0;
}

async function keepingAnAdmin(source: DataSource, id: string, column: 'status' | 'platform_role', value: string) {
  await source.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
    const before = await hasAdmin(manager);
    await manager.query(`UPDATE user_account SET ${column} = $2, updated_at = now() WHERE id = $1`, [id, value]);
    if (before && !(await hasAdmin(manager))) throw raise.USER_LAST_ADMIN(undefined);
  });
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly platform_role: PlatformRole;
  readonly status: User['status'];
  readonly email_verified_at: Date | null;
  readonly last_seen_at: Date | null;
  readonly created_at: Date;
}

function fromRow(row: Row): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    platformRole: row.platform_role,
    status: row.status,
    ...(row.email_verified_at !== null && { emailVerifiedAt: row.email_verified_at.toISOString() }),
    ...(row.last_seen_at !== null && { lastSeenAt: row.last_seen_at.toISOString() }),
    createdAt: row.created_at.toISOString(),
  };
}
