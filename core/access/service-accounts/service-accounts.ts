import { randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import type { AccessBase, Queries } from '../access-base.ts';
import type { Actor } from '../actor.ts';
import { loadStanding } from '../load-standing.ts';
import { mayGrant } from '../may-grant.ts';
import { findSubject } from '../members/find-subject.ts';
import { storing } from '../storing.ts';

/** A machine's own account; its roles are memberships, its keys belong to sign-in. */
export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: 'active' | 'disabled';
  readonly createdAt: Date;
}

export interface ServiceAccounts {
  list(organization: string): Promise<readonly ServiceAccount[]>;
  create(organization: string, account: Pick<ServiceAccount, 'name' | 'description'>): Promise<ServiceAccount>;
  /** By id or name. Disabled: denied at once, whatever keys there are. */
  setStatus(actor: Actor, organization: string, account: string, status: ServiceAccount['status']): Promise<void>;
  delete(actor: Actor, organization: string, account: string): Promise<void>;
  /**
   * Before somebody is handed a key of it: they must have all that it may do. Gives its id. Throws ACCESS_NOT_FOUND,
   * ACCESS_GRANT_TOO_WIDE.
   */
  mayActAs(actor: Actor, organization: string, account: string): Promise<string>;
}

export function createServiceAccounts({ source, decisions }: AccessBase): ServiceAccounts {
  const mayActAs = async (actor: Actor, organization: string, asked: string) => {
    const { id } = await findSubject(source, organization, { kind: 'service', asked });
    const standing = await loadStanding(source, 'service', id);
    for (const { workspace, scopes } of standing?.grants ?? [])
      await mayGrant(decisions, actor, scopes, { organization, ...(workspace !== undefined && { workspace }) });
    return id;
  };
  return storing<ServiceAccounts>({
    list: (organization) => rows(source, 'organization_id = $1', organization),
    async create(organization, { name, description }) {
      const id = randomUUID();
      await source.query(
        `INSERT INTO service_account (id, organization_id, name, description, status) VALUES ($1, $2, $3, $4, 'active')`,
        [id, organization, name, description],
      );
      const [made] = await rows(source, 'id = $1', id);
      if (made === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'service account', asked: name });
      return made;
    },
    async setStatus(actor, organization, asked, status) {
      const id = await mayActAs(actor, organization, asked);
      await source.query('UPDATE service_account SET status = $2, updated_at = now() WHERE id = $1', [id, status]);
      await decisions.changed(id);
    },
    async delete(actor, organization, asked) {
      const id = await mayActAs(actor, organization, asked);
      await source.query('DELETE FROM service_account WHERE id = $1', [id]);
      await decisions.changed(id);
    },
    mayActAs,
  });
}

function rows(queries: Queries, where: string, value: string): Promise<readonly ServiceAccount[]> {
  return queries.query(
    `SELECT id, name, description, status, created_at AS "createdAt" FROM service_account WHERE ${where} ORDER BY name`,
    [value],
  );
}
