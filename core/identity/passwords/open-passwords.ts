import type { MembershipPort } from '../../access/membership-port.ts';
import type { AuthConfig } from '../../config/auth-config.ts';
import type { Database } from '../../storage/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Mailer } from '../mailer.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UserStore } from '../users/user-store.ts';
import { createAccountMail } from './account-mail.ts';
import type { Attempts } from './attempts.ts';
import { type BasicSignIn, createBasicSignIn } from './basic-sign-in.ts';
import { createOneTimeLinks } from './one-time-links.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { createPasswordReset, type PasswordReset } from './password-reset.ts';
import { createRegistration, type Registration } from './registration.ts';

/** All that has to do with passwords. */
export interface Passwords {
  readonly signIn: BasicSignIn;
  readonly registration: Registration;
  readonly reset: PasswordReset;
  readonly hasher: PasswordHasher;
  /** Whether links reach people by mail. */
  readonly sendsMail: boolean;
}

export interface PasswordsOptions {
  readonly config: AuthConfig;
  readonly database: Database;
  readonly users: UserStore;
  readonly sessions: Sessions;
  readonly memberships: MembershipPort;
  readonly attempts: Attempts;
  readonly mailer?: Mailer | undefined;
  readonly log: Logger;
  isSetupKey(given: string): boolean;
  baseUrl(): string;
}

export function openPasswords(options: PasswordsOptions): Passwords {
  const { mailer, database } = options;
  const shared = {
    users: options.users,
    sessions: options.sessions,
    memberships: options.memberships,
    hasher: createPasswordHasher(),
    attempts: options.attempts,
    links: createOneTimeLinks(database.dataSource),
    mail: createAccountMail({ mailer, baseUrl: options.baseUrl, log: options.log }),
    rules: options.config.basic,
    log: options.log,
    isSetupKey: options.isSetupKey,
  };
  return {
    signIn: createBasicSignIn(shared),
    registration: createRegistration(shared),
    reset: createPasswordReset(shared),
    hasher: shared.hasher,
    sendsMail: mailer !== undefined,
  };
}
