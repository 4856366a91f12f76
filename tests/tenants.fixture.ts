import { expect } from 'vitest';
import { DEFAULT_PLACE, type Place } from '../core/access/place.ts';
import { startTestHost, type TestHost } from './host.fixture.ts';

/** What the roles of a workspace may, as the permission matrix of the project says it. */
const VIEWER = [
  ...['workflow:read', 'run:read', 'interaction:read', 'action:read', 'variable:read', 'connection:read'],
  'workspace:read',
];
const EDITOR = [
  ...VIEWER,
  ...['workflow:create', 'workflow:update', 'workflow:execute', 'interaction:respond', 'variable:write'],
  ...['secret:read', 'secret:create', 'secret:update', 'connection:write', 'action:*:execute'],
];
const ADMIN = [
  ...EDITOR,
  ...[
    'workflow:delete',
    'run:delete',
    'secret:delete',
    'workspace:update',
    'member:invite',
    'member:remove',
    'audit:read',
  ],
];
const OWNER = [...ADMIN, 'workspace:delete'];
const ROLES = { viewer: VIEWER, editor: EDITOR, admin: ADMIN, owner: OWNER } as const;
const CI = ['workflow:execute', 'run:read', 'action:core.*:execute'];
const TRANSFORMS = ['workflow:create', 'workflow:update', 'action:core.transform.*:execute'];

interface Grant {
  readonly scopes: readonly string[];
  readonly without?: string;
  readonly in: Place;
}

type Role = readonly [name: string, scopes: readonly string[], without?: string];

/** Somebody who calls, what the host was told of them, and what they may for it. */
export interface TestCaller {
  readonly name: string;
  readonly kind: 'nobody' | 'host' | 'user' | 'service';
  readonly grants: readonly Grant[];
  readonly isPlatformAdmin?: true;
  /** Comes with a key, which narrows. Absent: with a session. */
  readonly key?: { readonly scopes?: readonly string[]; readonly workspace?: string };
  readonly disabled?: true;
  readonly inGroup?: true;
}

export interface Tenants extends AsyncDisposable {
  readonly host: TestHost;
  /** The workspace that callers ask for, another one of the organisation, the one that is always there, and one of other people. */
  readonly ours: Required<Place>;
  readonly theirs: Required<Place>;
  readonly first: Required<Place>;
  readonly foreign: Required<Place>;
  readonly callers: readonly TestCaller[];
  /** What a caller sends to act in a workspace. */
  headers(name: string, place?: Place): Record<string, string>;
}

/** Whether the roles of a caller allow a scope, by the matrix alone. */
export function isAllowed(caller: TestCaller, scope: string, place: Place): boolean {
  const { kind, grants, key, disabled, isPlatformAdmin } = caller;
  if (kind === 'nobody' || disabled) return false;
  if (kind === 'host') return true;
  if (key?.scopes !== undefined && !covers(key.scopes, scope)) return false;
  if (key?.workspace !== undefined && key.workspace !== place.workspace) return false;
  if (isPlatformAdmin) return true;
  return grants.some(
    ({ scopes, without, in: where }) =>
      covers(scopes, scope) &&
      scope !== without &&
      where.organization === place.organization &&
      (where.workspace === undefined || where.workspace === place.workspace),
  );
}

/** Whether a caller has to do with a workspace; to all others it does not exist. */
export function belongsTo({ kind, grants, key, isPlatformAdmin }: TestCaller, place: Required<Place>): boolean {
  if (key?.workspace !== undefined) return key.workspace === place.workspace;
  if (kind === 'host' || isPlatformAdmin) return true;
  return grants.some(({ scopes, in: { organization, workspace } }) =>
    workspace === undefined
      ? organization === place.organization && covers(scopes, 'workspace:read')
      : workspace === place.workspace,
  );
}

function covers(scopes: readonly string[], wanted: string): boolean {
  return scopes.some((scope) => new RegExp(`^${scope.split('*').map(RegExp.escape).join('.*')}$`).test(wanted));
}

const PASSWORD = 'correct horse battery staple 7';
const emailOf = (name: string) => `${name.replaceAll(' ', '.')}@example.com`;
const slugOf = (name: string) => name.replaceAll(' ', '-');

/** A host with workspaces of two organisations, and every kind of caller: real accounts, roles, sessions and keys. */
export async function openTenants(): Promise<Tenants> {
  await using undo = new AsyncDisposableStack();
  const host = undo.use(await startTestHost({ backplane: 'log: { level: silent }\ntemplates: { workflows: [] }\n' }));
  const made = async (method: string, path: string, body: object, place?: Required<Place>): Promise<any> => {
    const headers = place && { 'x-backplane-workspace': place.workspace };
    const answer = await host.api(method, path, body, headers);
    expect([`${method} ${path}`, answer.status < 300, answer.body?.detail]).toEqual([
      `${method} ${path}`,
      true,
      undefined,
    ]);
    return answer.body;
  };
  const workspace = async (name: string, organization: string): Promise<Required<Place>> => ({
    organization,
    workspace: (await made('POST', '/workspaces', { name, organization })).id,
  });
  const { organization } = DEFAULT_PLACE;
  const [ours, theirs, foreign] = [
    await workspace('ours', organization),
    await workspace('theirs', organization),
    await workspace('foreign', (await made('POST', '/organizations', { name: 'other-people' })).id),
  ];
  const roles = new Map<readonly string[], string>(
    Object.entries(ROLES).map(([name, scopes]) => [scopes, name] as const),
  );
  for (const [name, scopes] of [
    ['ci', CI],
    ['transforms', TRANSFORMS],
  ] as const) {
    await made('POST', '/roles', { name, scopes });
    roles.set(scopes, name);
  }
  const callers = callersOf(roles, ours, theirs, foreign);
  const disabled: string[] = [];
  const proofs = new Map<string, string>([['host', host.key]]);
  const admit = async ({ name, roles: given, ...caller }: Enrolment) => {
    if (caller.kind !== 'user' && caller.kind !== 'service') return;
    const isService = caller.kind === 'service';
    const platformRole = caller.isPlatformAdmin ? 'admin' : 'basic';
    const account = isService
      ? await made('POST', '/service-accounts', { name: slugOf(name) })
      : await made('POST', '/users', { email: emailOf(name), password: PASSWORD, platformRole });
    for (const { role, in: place } of given) {
      const whole = place.workspace === undefined;
      const path = whole ? `/organizations/${place.organization}/members` : '/members';
      if (caller.inGroup) {
        await made('POST', '/groups', { name: slugOf(name) });
        await made('PUT', path, { group: slugOf(name), role }, place as Required<Place>);
        await made('PUT', `/organizations/${organization}/members`, { user: account.id, role: 'organization-member' });
        await made('PUT', `/groups/${slugOf(name)}/users/${account.id}`, {});
      } else
        await made('PUT', path, { [caller.kind]: account.id, role }, whole ? undefined : (place as Required<Place>));
    }
    const by = { [caller.kind]: account.id };
    proofs.set(
      name,
      caller.key === undefined
        ? (await made('POST', '/auth/login', { email: emailOf(name), password: PASSWORD })).token
        : (await made('POST', '/api-keys', { ...by, name: 'a key', ...caller.key })).key,
    );
    if (caller.disabled) disabled.push(isService ? `/service-accounts/${account.id}` : `/users/${account.id}`);
  };
  // The first admin of a host owns its first organisation; the others have what they are given.
  await admit({ name: 'first admin', kind: 'user', isPlatformAdmin: true, grants: [], roles: [] });
  await Promise.all(callers.map(admit));
  // Only once there are other owners.
  for (const path of disabled) await made('PATCH', path, { status: 'disabled' });
  const held = undo.move();
  return {
    host,
    ours,
    theirs,
    foreign,
    first: DEFAULT_PLACE,
    callers,
    headers: (name, place = ours) => ({
      ...(name !== 'nobody' && { authorization: `Bearer ${proofs.get(name)}` }),
      'x-backplane-workspace': place.workspace!,
    }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

interface Enrolment extends TestCaller {
  /** By which the host is told of the grants. */
  readonly roles: readonly { readonly role: string; readonly in: Place }[];
}

function callersOf(
  roles: ReadonlyMap<readonly string[], string>,
  ours: Required<Place>,
  theirs: Required<Place>,
  foreign: Required<Place>,
): Enrolment[] {
  const { organization } = ours;
  const someone = (name: string, more: Partial<TestCaller> = {}): Enrolment => ({
    name,
    kind: 'user',
    grants: [],
    roles: [],
    ...more,
  });
  const member = (
    name: string,
    scopes: readonly string[],
    place: Place,
    more: Partial<TestCaller> = {},
  ): Enrolment => ({
    ...someone(name, more),
    roles: [{ role: roles.get(scopes)!, in: place }],
    grants: [
      { scopes, in: place },
      // People in a workspace belong to its organisation; machines have their role alone.
      ...(more.kind === 'service'
        ? []
        : [{ scopes: ['organization:read'], in: { organization: place.organization! } }]),
    ],
  });
  const inOrganization = (name: string, [role, scopes, without]: Role): Enrolment => ({
    ...someone(name),
    roles: [{ role, in: { organization } }],
    grants: [{ scopes, in: { organization }, ...(without !== undefined && { without }) }],
  });
  return [
    someone('nobody', { kind: 'nobody' }),
    someone('host', { kind: 'host' }),
    ...Object.entries(ROLES).map(([role, scopes]) => member(role, scopes, ours)),
    member('owner elsewhere', OWNER, theirs),
    member('owner among other people', OWNER, foreign),
    member('editor by a group', EDITOR, ours, { inGroup: true }),
    someone('member of nothing'),
    inOrganization('organisation member', ['organization-member', ['organization:read']]),
    inOrganization('viewer of the whole organisation', ['viewer', VIEWER]),
    inOrganization('organisation admin', ['organization-admin', ['*'], 'organization:update']),
    inOrganization('organisation owner', ['organization-owner', ['*']]),
    someone('platform admin', { isPlatformAdmin: true }),
    someone('platform admin with a narrow key', { isPlatformAdmin: true, key: { scopes: ['run:read', 'host:read'] } }),
    member('owner with a narrow key', OWNER, ours, { key: { scopes: ['run:read'] } }),
    member('owner with a key of here alone', OWNER, ours, { key: { workspace: ours.workspace } }),
    member('owner with a key of elsewhere', OWNER, ours, { key: { workspace: theirs.workspace } }),
    member('service', CI, ours, { kind: 'service', key: {} }),
    member('editor of transforms', TRANSFORMS, ours),
    member('disabled owner', OWNER, ours, { disabled: true }),
    member('disabled service', CI, ours, { kind: 'service', key: {}, disabled: true }),
  ];
}
