import { createHash, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { withCodedFailures } from '../../storage/coded-failures.ts';

export type LinkPurpose = 'verify' | 'reset';

/** What proves that somebody reads the mail of an account. The database knows only hashes. */
export interface OneTimeLinks {
  /** A new token; earlier ones of this user for the same purpose are void. */
  create(user: string, purpose: LinkPurpose): Promise<string>;
  /** Whose it is, once; undefined when it is used, old or unknown. */
  take(token: string, purpose: LinkPurpose): Promise<string | undefined>;
  /** Makes all tokens of a user void. */
  void(user: string): Promise<void>;
}

const LIFE: Readonly<Record<LinkPurpose, string>> = { verify: '3 days', reset: '1 hour' };

export function createOneTimeLinks(source: DataSource): OneTimeLinks {
  return withCodedFailures<OneTimeLinks>({
    async create(user, purpose) {
      const token = randomBytes(32).toString('base64url');
      await source.transaction(async (manager) => {
        await manager.query('DELETE FROM sign_in_link WHERE (user_id = $1 AND purpose = $2) OR expires_at < now()', [
          user,
          purpose,
        ]);
        await manager.query(
          `INSERT INTO sign_in_link (token_hash, user_id, purpose, expires_at) VALUES ($1, $2, $3, now() + $4::interval)`,
          [digest(token), user, purpose, LIFE[purpose]],
        );
      });
      return token;
    },
    async take(token, purpose) {
      const [rows] = await source.query(
        'DELETE FROM sign_in_link WHERE token_hash = $1 AND purpose = $2 RETURNING user_id, expires_at > now() AS holds',
        [digest(token), purpose],
      );
      return rows[0]?.holds === true ? rows[0].user_id : undefined;
    },
    async void(user) {
      await source.query('DELETE FROM sign_in_link WHERE user_id = $1', [user]);
    },
  });
}

const digest = (token: string) => createHash('sha256').update(token).digest();
