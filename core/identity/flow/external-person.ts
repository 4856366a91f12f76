import type { MembershipPort } from '../../access/membership-port.ts';
import { raise } from '../../errors/catalogue.ts';
import type { ApiKeys } from '../keys/api-keys.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { isAllowedDomain, normalEmail, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** Somebody whom a provider knows. */
export interface ExternalPerson {
  /** `oidc:okta`. */
  readonly provider: string;
  /** Who says so: an account belongs to the issuer and its subject, whatever the provider is called here. */
  readonly issuer: string;
  readonly subject: string;
  readonly email?: string;
  /** The provider vouches that the address is theirs. */
  readonly emailVerified: boolean;
  readonly name?: string;
  /** Undefined: the provider says nothing of groups. */
  readonly groups?: readonly string[];
}

export interface LetInRules {
  readonly allowedDomains: readonly string[];
  readonly createUsers: boolean;
}

export interface LetInServices {
  readonly users: UserStore;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly keys: Pick<ApiKeys, 'revokeAll'>;
  readonly memberships: Pick<MembershipPort, 'applyGroups' | 'welcome'>;
}

/**
 * The account of somebody whom a provider knows; makes or links one at the first time.
 * @throws SIGN_IN_NOT_ALLOWED, SIGN_IN_DISABLED
 */
export async function letIn(services: LetInServices, person: ExternalPerson, rules: LetInRules): Promise<User> {
  const { users, memberships } = services;
  if (rules.allowedDomains.length > 0 && !isAllowedDomain(normalEmail(person.email ?? ''), rules.allowedDomains))
    throw raise.SIGN_IN_NOT_ALLOWED({ cause: 'your e-mail address is of a domain that may not come in' });
  const user = (await users.byIdentity(person.issuer, person.subject)) ?? (await firstTime(services, person, rules));
  if (user.status === 'disabled') throw raise.SIGN_IN_DISABLED(undefined);
  await users.addIdentity(user.id, person);
  if (person.groups !== undefined) await memberships.applyGroups(user.id, person.provider, person.groups);
  return user;
}

async function firstTime(services: LetInServices, person: ExternalPerson, rules: LetInRules): Promise<User> {
  const { users, memberships } = services;
  // An address that nobody has confirmed may be anybody's: it neither finds an account nor makes one.
  if (person.email === undefined || !person.emailVerified)
    throw raise.SIGN_IN_NOT_ALLOWED({ cause: 'the provider does not vouch for your e-mail address' });
  const found = await users.find(normalEmail(person.email));
  if (found !== undefined) return adopt(services, found);
  if (!rules.createUsers) throw raise.SIGN_IN_NOT_ALLOWED({ cause: 'nobody has made an account for you' });
  const { email, name = email } = person;
  const made = await users.create({ email, name, platformRole: 'basic', emailVerified: true });
  await memberships.welcome(made.id);
  return made;
}

/** Somebody may have registered with the address of another: until its owner came, nothing that was set up with it counts. */
async function adopt({ users, sessions, keys }: LetInServices, user: User): Promise<User> {
  if (user.emailVerifiedAt !== undefined) return user;
  await users.setPassword(user.id, undefined);
  await sessions.endAll(user.id);
  await keys.revokeAll({ user: user.id });
  await users.markVerified(user.id);
  return user;
}
