import { randomUUIDv7 } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { PlatformRole, UserActor } from '../../access/actor.ts';
import { raise } from '../../errors/catalogue.ts';
import { codedFailure } from '../../storage/coded-failures.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { ProofCache } from '../proof-cache.ts';
import type { SessionKeys } from './session-keys.ts';
import { readSessionToken, signSessionToken } from './session-token.ts';

/** What a provider calls the session from which ours came, for single logout. */
export interface ProviderSession {
  readonly issuer: string;
  readonly subject: string;
  readonly session?: string;
  /** Sealed; what the provider wants to see at logout. */
  readonly token?: string;
}

/** Sessions that a provider has ended: of one person there, by its own name for one of them, or both. */
export interface EndedSession {
  readonly issuer: string;
  readonly subject?: string;
  readonly session?: string;
}

export interface NewSession {
  readonly user: string;
  /** `basic`, `oidc:<id>`, `saml:<id>`. */
  readonly way: string;
  readonly address: string;
  readonly agent: string;
  readonly provider?: ProviderSession;
}

export interface Session extends NewSession {
  readonly id: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** Who is signed in. A session is a row; whoever deletes the row ends it, on every host at once. */
export interface Sessions {
  /** @throws SIGN_IN_DISABLED */
  create(session: NewSession): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: Date }>;
  /** Who sends this token; undefined when it proves nothing (any more). Answered from memory when it was asked a moment ago. */
  prove(token: string): UserActor | undefined | Promise<UserActor | undefined>;
  find(id: string): Promise<Session | undefined>;
  /** Those of a user that hold, newest first. */
  list(user: string): Promise<readonly Session[]>;
  /** True when there was one. */
  end(id: string): Promise<boolean>;
  /** All of a user, but for one. Answers how many. */
  endAll(user: string, except?: string): Promise<number>;
  /** Those that came from what a provider has ended. Answers how many. */
  endOfProvider(ended: EndedSession): Promise<number>;
}

export interface SessionsOptions {
  readonly source: DataSource;
  readonly keys: SessionKeys;
  readonly proved: ProofCache<UserActor>;
  readonly lifeDays: number;
}

const DAY_MS = 86_400_000;

export function createSessions({ source, keys, proved, lifeDays }: SessionsOptions): Sessions {
  const remove = async (where: string, values: readonly unknown[]): Promise<number> => {
    const [rows] = await ask(`DELETE FROM user_session WHERE ${where} RETURNING id`, values);
    // The others hear of it from the database.
    for (const { id } of rows as { id: string }[]) proved.forget(`session:${id}`);
    return (rows as unknown[]).length;
  };
  const ask = (text: string, values: readonly unknown[]) =>
    source.query(text, [...values]).catch((error: unknown) => {
      throw codedFailure(error);
    });
  const select = async (where: string, value: string): Promise<Session[]> =>
    (
      await ask(`SELECT * FROM user_session WHERE ${where} AND expires_at > now() ORDER BY created_at DESC`, [value])
    ).map(fromRow);

  async function look(token: string) {
    const claims = await readSessionToken(keys, token);
    if (claims === undefined || !isUuid(claims.session) || !isUuid(claims.user)) return undefined;
    const [[row]] = (await ask(SEEN, [claims.session, claims.user])) as [[SeenRow | undefined]];
    if (row === undefined) return undefined;
    const value: UserActor = {
      kind: 'user',
      id: row.id,
      email: row.email,
      platformRole: row.platform_role,
      session: claims.session,
    };
    return { value, about: [`user:${row.id}`, `session:${claims.session}`], until: claims.expiresAt };
  }

  return {
    async create({ user, way, address, agent, provider }) {
      const id = randomUUIDv7();
      const expiresAt = new Date(Date.now() + lifeDays * DAY_MS);
      const values = [id, user, way, address, agent.slice(0, 300), expiresAt];
      const { issuer = null, subject = null, session = null, token: sealed = null } = provider ?? {};
      await ask('DELETE FROM user_session WHERE expires_at < now()', []);
      // Whoever is being switched off at this moment either is waited for, or loses this session too.
      const rows: readonly unknown[] = await ask(
        `WITH account AS (SELECT id FROM user_account WHERE id = $2 AND status = 'active' FOR SHARE)
         INSERT INTO user_session (id, user_id, way, address, agent, expires_at, provider_issuer, provider_subject,
           provider_session, provider_token) SELECT $1, account.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM account RETURNING id`,
        [...values, issuer, subject, session, sealed],
      );
      if (rows.length === 0) throw raise.SIGN_IN_DISABLED(undefined);
      const token = await signSessionToken(keys, { session: id, user, expiresAt: expiresAt.getTime() });
      return { id, token, expiresAt };
    },
    prove: (token) => proved.get(token) ?? proved.load(token, () => look(token)),
    find: async (id) => (isUuid(id) ? (await select('id = $1', id))[0] : undefined),
    list: (user) => select('user_id = $1', user),
    end: async (id) => isUuid(id) && (await remove('id = $1', [id])) === 1,
    endAll(user, except) {
      // Also of those whose rows went with the account.
      proved.forget(`user:${user}`);
      return remove('user_id = $1 AND id IS DISTINCT FROM $2::uuid', [user, except ?? null]);
    },
    endOfProvider: async ({ issuer, subject, session }) =>
      subject === undefined && session === undefined
        ? 0
        : remove(
            // One of that person of which we do not know what the provider calls it may be the one that is meant.
            `provider_issuer = $1 AND ($2::text IS NULL OR provider_subject = $2) AND ($3::text IS NULL
               OR provider_session = $3 OR ($2::text IS NOT NULL AND provider_session IS NULL))`,
            [issuer, subject ?? null, session ?? null],
          ),
  };
}

/** Reads and notes that it was seen, once for as long as it is remembered. */
const SEEN = `UPDATE user_session s SET last_seen_at = now() FROM user_account u
  WHERE s.id = $1 AND s.user_id = $2 AND u.id = s.user_id AND u.status = 'active' AND s.expires_at > now()
  RETURNING u.id, u.email, u.platform_role`;

interface SeenRow {
  readonly id: string;
  readonly email: string;
  readonly platform_role: PlatformRole;
}

function fromRow(row: Record<string, any>): Session {
  return {
    id: row['id'],
    user: row['user_id'],
    way: row['way'],
    address: row['address'],
    agent: row['agent'],
    ...(row['provider_issuer'] !== null && {
      provider: {
        issuer: row['provider_issuer'],
        subject: row['provider_subject'],
        ...(row['provider_session'] !== null && { session: row['provider_session'] }),
        ...(row['provider_token'] !== null && { token: row['provider_token'] }),
      },
    }),
    createdAt: row['created_at'].toISOString(),
    lastSeenAt: row['last_seen_at'].toISOString(),
    expiresAt: row['expires_at'].toISOString(),
  };
}
