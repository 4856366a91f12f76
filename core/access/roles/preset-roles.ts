import { HOST_SCOPES, SCOPES } from '../scope.ts';

export interface PresetRole {
  /** Where it can be given: those of a workspace also in the organisation, for all its workspaces. */
  readonly level: 'organization' | 'workspace';
  readonly title: string;
  readonly scopes: readonly string[];
}

const VIEWER = [
  'workflow:read',
  'run:read',
  'interaction:read',
  'action:read',
  'variable:read',
  'connection:read',
  'workspace:read',
  '*:read',
];
const EDITOR = [
  ...VIEWER.slice(0, -1),
  'workflow:create',
  'workflow:update',
  'workflow:execute',
  'interaction:respond',
  'secret:read',
  'secret:create',
  'secret:update',
  'variable:write',
  'connection:write',
  'action:*:execute',
  '*:*',
];
const ADMIN = [
  ...EDITOR,
  'workflow:delete',
  'run:delete',
  'secret:delete',
  'workspace:update',
  'member:invite',
  'member:remove',
  'audit:read',
];
const OWNER = [...ADMIN, 'workspace:delete'];
const EVERYTHING = [
  ...Object.keys(SCOPES).filter((scope) => !(HOST_SCOPES as readonly string[]).includes(scope)),
  'action:*:execute',
  '*:*',
];

/** The roles that every organisation has from the beginning; nobody changes them. */
export const PRESET_ROLES = {
  viewer: { level: 'workspace', title: 'Sees workflows and runs, no secrets', scopes: VIEWER },
  editor: { level: 'workspace', title: 'Makes and runs workflows, keeps secrets', scopes: EDITOR },
  admin: { level: 'workspace', title: 'Manages the members too, and deletes', scopes: ADMIN },
  owner: { level: 'workspace', title: 'Everything in the workspace, its end included', scopes: OWNER },
  'organization-member': { level: 'organization', title: 'Belongs to the organisation', scopes: ['organization:read'] },
  'organization-admin': {
    level: 'organization',
    title: 'Everything in the organisation and its workspaces, but not its settings',
    scopes: EVERYTHING.filter((scope) => scope !== 'organization:update'),
  },
  'organization-owner': {
    level: 'organization',
    title: 'Everything in the organisation and its workspaces',
    scopes: EVERYTHING,
  },
} as const satisfies Readonly<Record<string, PresetRole>>;

export type PresetName = keyof typeof PRESET_ROLES;

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESET_ROLES, name);
}
