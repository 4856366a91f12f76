import type { AccessBase } from '../access-base.ts';
import { keepOwnersWithout } from '../members/keep-owners.ts';
import type { Members } from '../members/members.ts';
import type { MembershipPort } from '../membership-port.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE } from '../place.ts';
import { storing } from '../storing.ts';

const HOST = { kind: 'host', name: 'sign-in' } as const;

export interface NewMembers {
  readonly members: Members;
  /** In the first workspace, of whoever makes an account for themselves; absent: none. */
  readonly newcomerRole?: 'viewer' | 'editor';
}

/**
 * Puts people into the groups of the default organisation that bear the names their provider told. Into which groups somebody was put
 * by hand is not changed by that, and a group that nobody has made is none.
 */
export function createMembershipPort(
  { source, decisions }: AccessBase,
  { members, newcomerRole }: NewMembers,
): MembershipPort {
  const port = storing<Omit<MembershipPort, 'withoutOrphans'>>({
    async applyGroups(user, provider, groups) {
      await source.transaction(async (tx) => {
        await tx.query(
          `DELETE FROM access_group_member m USING access_group g
            WHERE m.group_id = g.id AND m.user_id = $1 AND m.told_by = $2 AND g.name <> ALL ($3::text[])`,
          [user, provider, groups],
        );
        await tx.query(
          `INSERT INTO access_group_member (group_id, user_id, told_by)
            SELECT id, $1, $2 FROM access_group WHERE organization_id = $3 AND name = ANY ($4::text[])
            ON CONFLICT DO NOTHING`,
          [user, provider, DEFAULT_ORGANIZATION, groups],
        );
      });
      await decisions.changed(user);
    },
    async makeFirstOwner(user) {
      const place = { organization: DEFAULT_ORGANIZATION };
      await members.put(HOST, place, { kind: 'user', asked: user }, 'organization-owner');
    },
    async welcome(user) {
      if (newcomerRole !== undefined)
        await members.put(HOST, DEFAULT_PLACE, { kind: 'user', asked: user }, newcomerRole);
    },
  });
  return { ...port, withoutOrphans: keepOwnersWithout };
}
