import type { PlatformRole } from '../../access/actor.ts';

/** An account of a person. */
export interface User {
  readonly id: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  readonly platformRole: PlatformRole;
  readonly status: 'active' | 'disabled';
  readonly emailVerifiedAt?: string;
  readonly lastSeenAt?: string;
  readonly createdAt: string;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly platformRole: PlatformRole;
  readonly emailVerified: boolean;
  /** As `PasswordHasher.hash` gives it; absent: signs in by a provider alone. */
  readonly passwordHash?: string;
}

/** As it is stored and compared. */
export const normalEmail = (email: string) => email.trim().normalize('NFC').toLowerCase();

export const domainOf = (email: string) => email.slice(email.lastIndexOf('@') + 1);

/** Without a list every domain may. */
export function isAllowedDomain(email: string, domains: readonly string[]): boolean {
  return domains.length === 0 || domains.includes(domainOf(email));
}
