import type { DataSource } from 'typeorm';
import type { Decisions } from './create-access.ts';
import { type ExplainAsk, type Explanation, explainAccess, findActor } from './explain.ts';
import { createGroups, type Groups } from './groups/groups.ts';
import { createMembershipPort, type NewMembers } from './groups/told-groups.ts';
import { createInvitations, type Invitations } from './invitations/invitations.ts';
import { createMembers, type Members } from './members/members.ts';
import type { MembershipPort } from './membership-port.ts';
import { createOrganizations, type Organizations } from './organizations/organizations.ts';
import { createWorkspaces, type Workspaces } from './organizations/workspaces.ts';
import { createRoles, type Roles } from './roles/role-store.ts';
import { createServiceAccounts, type ServiceAccounts } from './service-accounts/service-accounts.ts';

/** Everything by which rights are seen and changed. Nothing here asks whether the caller may call; it asks what they may give. */
export interface AccessServices {
  readonly decisions: Decisions;
  readonly organizations: Organizations;
  readonly workspaces: Workspaces;
  readonly members: Members;
  readonly groups: Groups;
  readonly roles: Roles;
  readonly invitations: Invitations;
  readonly serviceAccounts: ServiceAccounts;
  /** What sign-in tells. */
  readonly memberships: MembershipPort;
  explain(ask: ExplainAsk): Promise<Explanation>;
  /** Who is meant by an e-mail address, an id, or `service:<name>`. */
  findActor(organization: string, asked: string): ReturnType<typeof findActor>;
}

export function createAccessServices(
  source: DataSource,
  decisions: Decisions,
  given: Pick<NewMembers, 'newcomerRole'> = {},
): AccessServices {
  const base = { source, decisions };
  const members = createMembers(base);
  return {
    decisions,
    organizations: createOrganizations(base),
    workspaces: createWorkspaces(base),
    members,
    memberships: createMembershipPort(base, { members, ...given }),
    groups: createGroups(base),
    roles: createRoles(base),
    invitations: createInvitations(base),
    serviceAccounts: createServiceAccounts(base),
    explain: (ask) => explainAccess(base, ask),
    findActor: (organization, asked) => findActor(source, organization, asked),
  };
}
