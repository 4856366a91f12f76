import { randomUUIDv7 } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { PlatformRole } from '../../access/actor.ts';
import type { MembershipPort } from '../../access/membership-port.ts';
import { raise } from '../../errors/catalogue.ts';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import { type NewUser, normalEmail, type User } from './user.ts';

export type UserChange = Partial<Pick<User, 'name' | 'status' | 'platformRole'>>;

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
  /**
   * All of it or nothing. Whoever is switched off has no session and no link from the same moment on.
   * @throws USER_LAST_ADMIN when nobody would be left who manages the host, ACCESS_LAST_OWNER when something of theirs would be nobody's
   */
  change(id: string, change: UserChange): Promise<void>;
  /** With their sessions, keys, roles and invitations. @throws USER_LAST_ADMIN, ACCESS_LAST_OWNER */
  delete(id: string): Promise<void>;
  touch(id: string): Promise<void>;
  byIdentity(issuer: string, subject: string): Promise<User | undefined>;
  addIdentity(id: string, identity: { issuer: string; subject: string; provider: string }): Promise<void>;
}

const COLUMNS = `u.id, u.email, u.name, u.platform_role, u.status, u.email_verified_at, u.last_seen_at, u.created_at`;
/** Held by whoever decides whether there is an admin. */
const ADMINS_LOCK = 7_032_001;

export function createUserStore(source: DataSource, memberships: Pick<MembershipPort, 'withoutOrphans'>): UserStore {
  /** Neither the host nor what the user owns may be left to nobody. */
  const leaving = (id: string, work: (manager: EntityManager) => Promise<unknown>) =>
    keepingAnAdmin(source, (manager) => memberships.withoutOrphans(manager, id, () => work(manager)));
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
    async change(id, change) {
      if (change.status !== 'disabled' && change.platformRole !== 'basic') return update(source, id, change);
      await leaving(id, async (manager) => {
        await update(manager, id, change);
        if (change.status === 'disabled') await shutOut(manager, id);
      });
    },
    delete: (id) => leaving(id, (manager) => manager.query('DELETE FROM user_account WHERE id = $1', [id])),
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

async function keepingAnAdmin(source: DataSource, work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
  await source.transaction(async (manager) => {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS_LOCK]);
    const before = await hasAdmin(manager);
    await work(manager);
    if (before && !(await hasAdmin(manager))) throw raise.USER_LAST_ADMIN(undefined);
  });
}

async function update(asked: Pick<EntityManager, 'query'>, id: string, change: UserChange): Promise<void> {
  const { name = null, status = null, platformRole = null } = change;
  await asked.query(
    `UPDATE user_account SET name = coalesce($2, name), status = coalesce($3, status),
       platform_role = coalesce($4, platform_role), updated_at = now() WHERE id = $1`,
    [id, name, status, platformRole],
  );
}

async function shutOut(manager: EntityManager, id: string): Promise<void> {
  await manager.query('DELETE FROM user_session WHERE user_id = $1', [id]);
  await manager.query('DELETE FROM sign_in_link WHERE user_id = $1', [id]);
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
