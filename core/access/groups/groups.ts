import { randomUUID } from 'node:crypto';
import type { AccessBase } from '../access-base.ts';
import type { Actor } from '../actor.ts';
import { mayGrant } from '../may-grant.ts';
import { findSubject, type Subject } from '../members/find-subject.ts';
import { keepOwners } from '../members/keep-owners.ts';
import { scopesOfGroup } from '../members/members.ts';
import type { Place } from '../place.ts';
import { storing } from '../storing.ts';

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly users: readonly { readonly id: string; readonly email: string }[];
}

/** Groups of an organisation; each is named by its id or name. Who joins or leaves one gains or loses its roles. */
export interface Groups {
  list(organization: string): Promise<readonly Group[]>;
  /** Of what groups somebody is, by name. */
  namesOf(actor: Actor, place: Place): Promise<readonly string[]>;
  create(organization: string, group: Pick<Group, 'name' | 'description'>): Promise<Group>;
  /** Throws ACCESS_NOT_FOUND, ACCESS_GRANT_TOO_WIDE, ACCESS_LAST_OWNER. */
  delete(actor: Actor, organization: string, group: string): Promise<void>;
  addUser(actor: Actor, organization: string, group: string, user: string): Promise<void>;
  removeUser(actor: Actor, organization: string, group: string, user: string): Promise<void>;
}

export function createGroups({ source, decisions }: AccessBase): Groups {
  /** Whoever changes a group must have what it gives, everywhere. */
  const changing = async (actor: Actor, organization: string, asked: string): Promise<Subject> => {
    const group = await findSubject(source, organization, { kind: 'group', asked });
    for (const { place, scopes } of await scopesOfGroup(source, organization, group.id))
      await mayGrant(decisions, actor, scopes, place);
    return group;
  };
  return storing<Groups>({
    list: (organization) =>
      source.query(
        `SELECT g.id, g.name, g.description, coalesce(json_agg(json_build_object('id', u.id, 'email', u.email)
            ORDER BY u.email) FILTER (WHERE u.id IS NOT NULL), '[]') AS users
          FROM access_group g LEFT JOIN access_group_member m ON m.group_id = g.id LEFT JOIN user_account u ON u.id = m.user_id
          WHERE g.organization_id = $1 GROUP BY g.id ORDER BY g.name`,
        [organization],
      ),
    async namesOf(actor, { organization }) {
      if (actor.kind !== 'user' || organization === undefined) return [];
      const rows: readonly { readonly name: string }[] = await source.query(
        `SELECT g.name FROM access_group_member m JOIN access_group g ON g.id = m.group_id
          WHERE m.user_id = $1 AND g.organization_id = $2 ORDER BY g.name`,
        [actor.id, organization],
      );
      return rows.map(({ name }) => name);
    },
    async create(organization, { name, description }) {
      const id = randomUUID();
      await source.query('INSERT INTO access_group (id, organization_id, name, description) VALUES ($1, $2, $3, $4)', [
        id,
        organization,
        name,
        description,
      ]);
      return { id, name, description, users: [] };
    },
    async delete(actor, organization, asked) {
      const group = await changing(actor, organization, asked);
      await source.transaction((tx) =>
        keepOwners(tx, organization, () => tx.query('DELETE FROM access_group WHERE id = $1', [group.id])),
      );
      await decisions.changed();
    },
    async addUser(actor, organization, asked, user) {
      const group = await changing(actor, organization, asked);
      const { id } = await findSubject(source, organization, { kind: 'user', asked: user });
      await source.query('INSERT INTO access_group_member (group_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        group.id,
        id,
      ]);
      await decisions.changed(id);
    },
    async removeUser(actor, organization, asked, user) {
      const group = await changing(actor, organization, asked);
      const { id } = await findSubject(source, organization, { kind: 'user', asked: user });
      await source.transaction((tx) =>
        keepOwners(tx, organization, () =>
          tx.query('DELETE FROM access_group_member WHERE group_id = $1 AND user_id = $2', [group.id, id]),
        ),
      );
      await decisions.changed(id);
    },
  });
}
