/** What sign-in tells about people, for those who keep who belongs where. */
export interface MembershipPort {
  /** The groups of a user as a provider (`oidc:okta`) told them at this sign-in: all of them, those of before no longer count. */
  applyGroups(user: string, provider: string, groups: readonly string[]): Promise<void>;
  /** The first platform admin owns the default organisation. */
  makeFirstOwner(user: string): Promise<void>;
}

/** For a host on which nobody keeps memberships. */
export const noMemberships: MembershipPort = {
  applyGroups: async () => undefined,
  makeFirstOwner: async () => undefined,
};
