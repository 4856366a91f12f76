import { randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { AccessBase } from '../access-base.ts';
import type { Actor } from '../actor.ts';
import { DEFAULT_ORGANIZATION } from '../place.ts';
import { storing } from '../storing.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface Organizations {
  /** All of them for the host and its admins; for others those in which they have a role. */
  list(actor: Actor): Promise<readonly Organization[]>;
  /** Throws ACCESS_NOT_FOUND. */
  get(id: string): Promise<Organization>;
  /** A user who makes one owns it. */
  create(actor: Actor, name: string): Promise<Organization>;
  rename(id: string, name: string): Promise<Organization>;
  /** Throws ACCESS_IN_USE while it has workspaces, ACCESS_FIXED for the one that was there from the beginning. */
  delete(id: string): Promise<void>;
}

const COLUMNS = 'o.id, o.name, o.created_at AS "createdAt"';
const OWN = `o.id IN (SELECT organization_id FROM membership WHERE subject_id = $1
  OR group_id IN (SELECT group_id FROM access_group_member WHERE user_id = $1))`;

export function createOrganizations({ source, decisions }: AccessBase): Organizations {
  const get = async (id: string) => {
    const [row]: readonly Organization[] = await source.query(`SELECT ${COLUMNS} FROM organization o WHERE o.id = $1`, [
      id,
    ]);
    if (row === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'organisation', asked: id });
    return row;
  };
  return storing<Organizations>({
    async list(actor) {
      const isAdmin = (await decisions.can(actor, 'organization:create', {})).allowed;
      const [where, values] = isAdmin || actor.kind === 'host' ? ['true', []] : [OWN, [actor.id]];
      return source.query(`SELECT ${COLUMNS} FROM organization o WHERE ${where} ORDER BY o.name`, values);
    },
    get,
    async create(actor, name) {
      const id = randomUUID();
      await source.transaction(async (tx) => {
        await tx.query('INSERT INTO organization (id, name) VALUES ($1, $2)', [id, name]);
        if (actor.kind === 'user')
          await tx.query(
            `INSERT INTO membership (id, organization_id, user_id, preset) VALUES ($1, $2, $3, 'organization-owner')`,
            [randomUUID(), id, actor.id],
          );
      });
      await decisions.changed();
      return get(id);
    },
    async rename(id, name) {
      await source.query('UPDATE organization SET name = $2, updated_at = now() WHERE id = $1', [id, name]);
      return get(id);
    },
    async delete(id) {
      if (id === DEFAULT_ORGANIZATION) throw raise.ACCESS_FIXED({ what: 'The first organisation' });
      await get(id);
      const [used]: readonly { readonly names: string | null }[] = await source.query(
        `SELECT string_agg(name, ', ' ORDER BY name) AS names FROM workspace WHERE organization_id = $1`,
        [id],
      );
      if (used?.names) throw raise.ACCESS_IN_USE({ what: 'organisation', by: `it has the workspaces ${used.names}` });
      await source.query('DELETE FROM organization WHERE id = $1', [id]);
      await decisions.changed();
    },
  });
}
