import { expect, test } from 'vitest';
import { HOST_SCOPES, SCOPES } from '../scope.ts';
import { PRESET_ROLES, type PresetName } from './preset-roles.ts';
import { scopeSet } from './scope-set.ts';

const WORKSPACE_ROLES = ['viewer', 'editor', 'admin', 'owner'] as const;
/** From this role on. */
const MATRIX: Readonly<Record<string, (typeof WORKSPACE_ROLES)[number] | 'nobody'>> = {
  'workflow:read': 'viewer',
  'run:read': 'viewer',
  'interaction:read': 'viewer',
  'action:read': 'viewer',
  'variable:read': 'viewer',
  'connection:read': 'viewer',
  'workspace:read': 'viewer',
  'acme:tickets:read': 'viewer',
  'acme:read': 'viewer',
  'workflow:create': 'editor',
  'workflow:update': 'editor',
  'workflow:execute': 'editor',
  'interaction:respond': 'editor',
  'secret:read': 'editor',
  'secret:create': 'editor',
  'secret:update': 'editor',
  'variable:write': 'editor',
  'connection:write': 'editor',
  'acme:tickets:write': 'editor',
  'acme:all': 'editor',
  'action:core.http_request:execute': 'editor',
  'workflow:delete': 'admin',
  'run:delete': 'admin',
  'secret:delete': 'admin',
  'workspace:update': 'admin',
  'member:invite': 'admin',
  'member:remove': 'admin',
  'audit:read': 'admin',
  'workspace:delete': 'owner',
  'workspace:create': 'nobody',
  'organization:read': 'nobody',
  'organization:update': 'nobody',
  'organization:member': 'nobody',
  'role:write': 'nobody',
  'service:write': 'nobody',
  ...Object.fromEntries(HOST_SCOPES.map((scope) => [scope, 'nobody' as const])),
};
const setOf = (role: PresetName) => scopeSet(PRESET_ROLES[role].scopes);

test.each(Object.entries(MATRIX))('%s is for %s and up', (scope, least) => {
  const may = WORKSPACE_ROLES.filter((role) => setOf(role).has(scope));
  expect(may).toEqual(least === 'nobody' ? [] : WORKSPACE_ROLES.slice(WORKSPACE_ROLES.indexOf(least)));
});

test('the matrix knows every scope', () => {
  expect(Object.keys(SCOPES).filter((scope) => !Object.hasOwn(MATRIX, scope))).toEqual([]);
});

test('each role holds all of the one before, and the organisation holds those of its workspaces', () => {
  const chain = [...WORKSPACE_ROLES, 'organization-admin', 'organization-owner'] as const;
  for (const [index, role] of chain.slice(0, -1).entries()) {
    expect(setOf(chain[index + 1]!).missing(setOf(role))).toBeUndefined();
    expect(setOf(role).missing(setOf(chain[index + 1]!))).toBeDefined();
  }
});

test('no role of an organisation reaches the host', () => {
  for (const scope of HOST_SCOPES) expect(setOf('organization-owner').has(scope)).toBe(false);
});
