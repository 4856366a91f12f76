import type { DataSource } from 'typeorm';
import { isUuid } from '../storage/uuid-text.ts';
import type { PlatformRole } from './actor.ts';
import { isPreset, PRESET_ROLES } from './roles/preset-roles.ts';
import { type ScopeSet, scopeSet } from './roles/scope-set.ts';
import type { Grant, Standing } from './standing.ts';

interface GrantRow {
  readonly organization: string;
  readonly workspace: string | null;
  readonly preset: string | null;
  readonly role: string | null;
  readonly scopes: readonly string[] | null;
  readonly group: string | null;
}

interface StandingRow {
  readonly name: string;
  readonly status: string;
  readonly platformRole: PlatformRole;
  readonly grants: readonly GrantRow[];
}

const grants = (condition: string) => `coalesce((
  SELECT json_agg(json_build_object(
    'organization', m.organization_id, 'workspace', m.workspace_id, 'preset', m.preset,
    'role', r.name, 'scopes', r.scopes, 'group', g.name) ORDER BY m.created_at, m.id)
  FROM membership m
  LEFT JOIN access_role r ON r.id = m.role_id
  LEFT JOIN access_group g ON g.id = m.group_id
  WHERE ${condition}), '[]')`;

const QUERIES = {
  user: `SELECT a.email AS name, a.status, a.platform_role AS "platformRole",
      ${grants('m.user_id = a.id OR m.group_id IN (SELECT group_id FROM access_group_member WHERE user_id = a.id)')} AS grants
    FROM user_account a WHERE a.id = $1`,
  service: `SELECT a.name, a.status, 'basic' AS "platformRole", ${grants('m.service_id = a.id')} AS grants
    FROM service_account a WHERE a.id = $1`,
};

const presets = new Map<string, ScopeSet>(
  Object.entries(PRESET_ROLES).map(([name, { scopes }]) => [name, scopeSet(scopes)]),
);

/** The scopes of a role that every organisation has; none for a name that a later version may know. */
export function presetScopes(name: string): ScopeSet {
  return presets.get(name) ?? scopeSet([]);
}

/** What an account may do; undefined when there is none of this id. */
export async function loadStanding(
  source: Pick<DataSource, 'query'>,
  kind: 'user' | 'service',
  id: string,
): Promise<Standing | undefined> {
  if (!isUuid(id)) return undefined;
  const [row]: readonly StandingRow[] = await source.query(QUERIES[kind], [id]);
  if (row === undefined) return undefined;
  const { name, status, platformRole } = row;
  return { id, kind, name, active: status === 'active', platformRole, grants: row.grants.map(fromRow) };
}

function fromRow({ organization, workspace, preset, role, scopes, group }: GrantRow): Grant {
  const name = preset ?? role!;
  return {
    organization,
    ...(workspace !== null && { workspace }),
    role: name,
    ...(group !== null && { group }),
    scopes: preset !== null && isPreset(preset) ? presetScopes(preset) : scopeSet(scopes ?? []),
  };
}
