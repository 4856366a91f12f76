import type { Queries } from './access-base.ts';

/** What sign-in tells about people, for those who keep who belongs where. */
export interface MembershipPort {
  /** The groups of a user as a provider (`oidc:okta`) told them at this sign-in: all of them, those of before no longer count. */
  applyGroups(user: string, provider: string, groups: readonly string[]): Promise<void>;
  /** The first platform admin owns the default organisation. */
  makeFirstOwner(user: string): Promise<void>;
  /** Somebody has made an account for themselves. */
  welcome(user: string): Promise<void>;
  /**
   * Does work in a transaction of its caller after which the user may be gone or switched off. Throws ACCESS_LAST_OWNER when
   * something would have lost its last owner by it; the caller rolls back.
   */
  withoutOrphans<T>(transaction: Queries, user: string, work: () => Promise<T>): Promise<T>;
}

/** For a host on which nobody keeps memberships. */
export const noMemberships: MembershipPort = {
  applyGroups: async () => undefined,
  makeFirstOwner: async () => undefined,
  welcome: async () => undefined,
  withoutOrphans: (_transaction, _user, work) => work(),
};
