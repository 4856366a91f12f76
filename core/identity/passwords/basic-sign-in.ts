import type { AuthConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import { normalEmail, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { Attempts } from './attempts.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-rules.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the client. */
  readonly address: string;
}

/** Signing in with an e-mail address and a password. */
export interface BasicSignIn {
  /** @throws SIGN_IN_REFUSED, SIGN_IN_LOCKED, SIGN_IN_DISABLED, SIGN_IN_UNVERIFIED */
  check(credentials: Credentials): Promise<User>;
  /** @throws SIGN_IN_REFUSED when `password` is not the one of now, PASSWORD_UNFIT */
  change(credentials: Credentials, next: string): Promise<User>;
}

export interface BasicSignInOptions {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly rules: AuthConfig['basic'];
}

export function createBasicSignIn({ users, hasher, attempts, rules }: BasicSignInOptions): BasicSignIn {
  async function check({ email, password, address }: Credentials): Promise<User> {
    const account = normalEmail(email);
    await attempts.begin(account, address);
    const { user, hash } = await users.withPassword(account);
    const holds = await hasher.verify(hash, password);
    if (!holds || user === undefined) throw raise.SIGN_IN_REFUSED(undefined);
    await attempts.succeeded(account, address);
    // Said only to those who know the password.
    if (user.status === 'disabled') throw raise.SIGN_IN_DISABLED(undefined);
    if (rules.verifyEmail && user.emailVerifiedAt === undefined) throw raise.SIGN_IN_UNVERIFIED(undefined);
    return user;
  }
  return {
    check,
    async change(credentials, next) {
      checkPassword(next, { minimumLength: rules.minimumLength, email: normalEmail(credentials.email) });
      const user = await check(credentials);
      await users.setPassword(user.id, await hasher.hash(next));
      return user;
    },
  };
}
