import { randomUUID } from 'node:crypto';
import { raise } from '../../errors/catalogue.ts';
import { isUuid } from '../../storage/uuid-text.ts';
import type { AccessBase, Queries } from '../access-base.ts';
import type { Actor } from '../actor.ts';
import { presetScopes } from '../load-standing.ts';
import { mayGrant } from '../may-grant.ts';
import { storing } from '../storing.ts';
import { isPreset, PRESET_ROLES } from './preset-roles.ts';
import { type ScopeSet, scopeSet, unknownScopes } from './scope-set.ts';

/** A role as lists show it. */
export interface Role {
  /** Absent: a preset. */
  readonly id?: string;
  readonly name: string;
  readonly description: string;
  readonly preset: boolean;
  readonly level: 'organization' | 'workspace';
  readonly scopes: readonly string[];
}

/** A role that is to be given: one of the two columns of a membership. */
export interface GivenRole {
  readonly name: string;
  readonly preset: string | null;
  readonly roleId: string | null;
  readonly level: 'organization' | 'workspace';
  readonly scopes: ScopeSet;
}

export interface Roles {
  list(organization: string): Promise<readonly Role[]>;
  create(actor: Actor, organization: string, role: RoleText): Promise<Role>;
  update(actor: Actor, organization: string, role: string, change: Partial<Omit<RoleText, 'name'>>): Promise<Role>;
  delete(actor: Actor, organization: string, role: string): Promise<void>;
}

export interface RoleText {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
}

/** The roles of organisations: presets, and those made of scopes. Whoever changes one must have all that it gives, before and after. */
export function createRoles({ source, decisions }: AccessBase): Roles {
  const mayGive = (actor: Actor, organization: string, scopes: readonly string[]) =>
    mayGrant(decisions, actor, scopeSet(scopes), { organization });
  return storing<Roles>({
    async list(organization) {
      const rows: readonly Omit<Role, 'preset' | 'level'>[] = await source.query(
        'SELECT id, name, description, scopes FROM access_role WHERE organization_id = $1 ORDER BY name',
        [organization],
      );
      return [...presets, ...rows.map(custom)];
    },
    async create(actor, organization, { name, description, scopes }) {
      checkScopes(scopes);
      await mayGive(actor, organization, scopes);
      if (isPreset(name)) throw raise.ACCESS_NAME_TAKEN({ what: 'role', name });
      const id = randomUUID();
      await source.query(
        'INSERT INTO access_role (id, organization_id, name, description, scopes) VALUES ($1, $2, $3, $4, $5)',
        [id, organization, name, description, scopes],
      );
      return custom({ id, name, description, scopes });
    },
    async update(actor, organization, asked, change) {
      const role = await ownRole(source, organization, asked);
      const next = { ...role, ...change };
      checkScopes(next.scopes);
      await mayGive(actor, organization, [...role.scopes, ...next.scopes]);
      await source.query('UPDATE access_role SET description = $2, scopes = $3, updated_at = now() WHERE id = $1', [
        role.id,
        next.description,
        next.scopes,
      ]);
      await decisions.changed();
      return next;
    },
    async delete(actor, organization, asked) {
      const role = await ownRole(source, organization, asked);
      await mayGive(actor, organization, role.scopes);
      await source.query('DELETE FROM access_role WHERE id = $1', [role.id]);
      await decisions.changed();
    },
  });
}

const presets: readonly Role[] = Object.entries(PRESET_ROLES).map(([name, { level, title, scopes }]) => ({
  name,
  description: title,
  preset: true,
  level,
  scopes,
}));

const custom = (row: Omit<Role, 'preset' | 'level'>): Role & { readonly id: string } =>
  ({ ...row, preset: false, level: 'workspace' }) as Role & { readonly id: string };

function checkScopes(scopes: readonly string[]): void {
  const unknown = unknownScopes(scopes);
  if (unknown.length > 0) throw raise.ROLE_SCOPE_UNKNOWN({ scopes: unknown });
}

async function ownRole(queries: Queries, organization: string, asked: string) {
  if (isPreset(asked)) throw raise.ACCESS_FIXED({ what: `The role ${asked}` });
  const row = await findCustom(queries, organization, asked);
  if (row === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'role', asked });
  return custom(row);
}

async function findCustom(queries: Queries, organization: string, asked: string) {
  const column = isUuid(asked) ? 'id' : 'name';
  const [row]: readonly Omit<Role, 'preset' | 'level'>[] = await queries.query(
    `SELECT id, name, description, scopes FROM access_role WHERE organization_id = $1 AND ${column} = $2`,
    [organization, asked],
  );
  return row;
}

/** A role by its name, or a custom one by its id. Throws ACCESS_NOT_FOUND. */
export async function roleToGive(queries: Queries, organization: string, asked: string): Promise<GivenRole> {
  if (isPreset(asked)) {
    const { level } = PRESET_ROLES[asked];
    return { name: asked, preset: asked, roleId: null, level, scopes: presetScopes(asked) };
  }
  const row = await findCustom(queries, organization, asked);
  if (row === undefined) throw raise.ACCESS_NOT_FOUND({ what: 'role', asked });
  return { name: row.name, preset: null, roleId: row.id!, level: 'workspace', scopes: scopeSet(row.scopes) };
}
