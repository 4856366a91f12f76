import type { MembershipPort } from '../../access/membership-port.ts';
import type { AuthConfig } from '../../config/auth-config.ts';
import { raise } from '../../errors/catalogue.ts';
import { domainOf, isAllowedDomain, type NewUser, normalEmail, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { AccountMail } from './account-mail.ts';
import type { Attempts } from './attempts.ts';
import type { OneTimeLinks } from './one-time-links.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-rules.ts';

export interface RegistrationRequest {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** The admin key of the data folder: whoever has it may make the first platform admin. */
  readonly setupKey?: string;
  readonly address: string;
  /** It was sent on this machine, to a host that only this machine reaches. */
  readonly local: boolean;
}

/** Accounts that people make themselves. */
export interface Registration {
  /**
   * Resolves alike whether the address was free or not; the mail to it tells. With the setup key, or where registration is open
   * and asked for on a host that nobody else reaches, the first account is platform admin.
   * @throws REGISTRATION_CLOSED, REGISTRATION_DOMAIN, PASSWORD_UNFIT, SIGN_IN_LOCKED, SIGN_IN_REFUSED for a wrong setup key
   */
  register(request: RegistrationRequest): Promise<void>;
  /** @throws SIGN_IN_LINK_INVALID */
  verify(token: string): Promise<void>;
  /** Whether nobody manages this host yet. */
  needsFirstAdmin(): Promise<boolean>;
}

export interface RegistrationOptions {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly attempts: Attempts;
  readonly links: OneTimeLinks;
  readonly mail: AccountMail;
  readonly memberships: Pick<MembershipPort, 'makeFirstOwner' | 'welcome'>;
  readonly rules: AuthConfig['basic'];
  /** In constant time. */
  isSetupKey(given: string): boolean;
}

export function createRegistration(options: RegistrationOptions): Registration {
  const { users, hasher, attempts, links, mail, memberships, rules } = options;

  async function asFirst(user: NewUser): Promise<void> {
    const made = await users.createWithFirst(user);
    if (made.platformRole === 'admin') await memberships.makeFirstOwner(made.id);
    else await afterwards(made);
  }

  async function afterwards(user: User): Promise<void> {
    await memberships.welcome(user.id);
    if (user.emailVerifiedAt === undefined && rules.verifyEmail)
      mail.verify(user, await links.create(user.id, 'verify'));
  }

  return {
    needsFirstAdmin: async () => !(await users.hasAdmin()),
    async register(request) {
      const email = normalEmail(request.email);
      await attempts.knock(request.address);
      const isSetup = request.setupKey !== undefined;
      if (isSetup && !options.isSetupKey(request.setupKey)) throw raise.SIGN_IN_REFUSED(undefined);
      const mayBeFirst = isSetup || (rules.registration === 'open' && request.local);
      const isFirst = mayBeFirst && !(await users.hasAdmin());
      if (!isFirst && rules.registration === 'closed') throw raise.REGISTRATION_CLOSED(undefined);
      if (!isFirst && !isAllowedDomain(email, rules.allowedDomains))
        throw raise.REGISTRATION_DOMAIN({ domain: domainOf(email) });
      checkPassword(request.password, { minimumLength: rules.minimumLength, email });
      const passwordHash = await hasher.hash(request.password);
      const user: NewUser = { email, name: request.name, platformRole: 'basic', emailVerified: isFirst, passwordHash };
      if (isFirst) return asFirst(user);
      const known = await users.find(email);
      if (known === undefined) await afterwards(await users.create(user));
      else mail.registeredAlready(known);
    },
    async verify(token) {
      const user = await links.take(token, 'verify');
      if (user === undefined) throw raise.SIGN_IN_LINK_INVALID(undefined);
      await users.markVerified(user);
    },
  };
}
