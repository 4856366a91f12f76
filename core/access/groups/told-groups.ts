import type { AccessBase } from '../access-base.ts';
import { keepOwnersWithout } from '../members/keep-owners.ts';
import type { Members } from '../members/members.ts';
import type { MembershipPort } from '../membership-port.ts';
import { DEFAULT_ORGANIZATION } from '../place.ts';
import { storing } from '../storing.ts';

/**
 * Puts people into the groups of the default organisation that bear the names their provider told. Into which groups somebody was put
 * by hand is not changed by that, and a group that nobody has made is none.
 */
export function createMembershipPort({ source, decisions }: AccessBase, members: Members): MembershipPort {
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
      const host = { kind: 'host', name: 'first sign-in' } as const;
      await members.put(
        host,
        { organization: DEFAULT_ORGANIZATION },
        { kind: 'user', asked: user },
        'organization-owner',
      );
    },
  });
  return { ...port, withoutOrphans: keepOwnersWithout };
}
