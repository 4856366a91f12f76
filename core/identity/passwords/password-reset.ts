import type { AuthConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { normalEmail, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { AccountMail } from './account-mail.ts';
import type { Attempts } from './attempts.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-rules.ts';

/** New passwords for those who forgot theirs. */
export interface PasswordReset {
  /** Resolves alike, and as soon, whether there is such an account or not. @throws SIGN_IN_LOCKED */
  ask(email: string, address: string): Promise<void>;
  /** An address at which the user can set a password, for an administrator to hand out. */
  linkFor(user: User): Promise<string>;
  /** Signs the user out everywhere. @throws SIGN_IN_LINK_INVALID, PASSWORD_UNFIT */
  complete(token: string, password: string): Promise<void>;
  /** Stores a new password and signs the user out everywhere. @throws PASSWORD_UNFIT */
  set(user: User, password: string): Promise<void>;
}

export interface PasswordResetOptions {
  readonly users: UserStore;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly links: OneTimeLinks;
  readonly mail: AccountMail;
  readonly rules: AuthConfig['basic'];
  readonly log: Logger;
}

export function createPasswordReset(options: PasswordResetOptions): PasswordReset {
  const { users, sessions, hasher, attempts, links, mail, log } = options;
  const { minimumLength } = options.rules;

  async function sendLink(email: string): Promise<void> {
    const user = await users.find(email);
    if (user?.status === 'active') mail.reset(user, await links.create(user.id, 'reset'));
  }

  async function put(user: User, password: string): Promise<void> {
    await users.setPassword(user.id, await hasher.hash(password));
    await links.void(user.id);
    await sessions.endAll(user.id);
    mail.passwordChanged(user);
  }

  return {
    async ask(email, address) {
      const account = normalEmail(email);
      await attempts.begin(`reset:${account}`, address);
      sendLink(account).catch((error: unknown) =>
        log.error('a reset link could not be made', { problem: String(error) }),
      );
    },
    linkFor: async (user) => mail.link('reset', await links.create(user.id, 'reset')),
    async complete(token, password) {
      // Before the link is used up.
      checkPassword(password, { minimumLength, email: '' });
      const id = await links.take(token, 'reset');
      if (id === undefined) throw raise.SIGN_IN_LINK_INVALID(undefined);
      const user = await users.get(id);
      await put(user, password);
      // Whoever has the link reads the mail of this address, or was given it by an administrator.
      await users.markVerified(id);
    },
    async set(user, password) {
      checkPassword(password, { minimumLength, email: user.email });
      await put(user, password);
    },
  };
}
