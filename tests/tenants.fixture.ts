import { randomUUID } from 'node:crypto';
import type { Access } from '../core/access/access.ts';
import type { Actor, ApiKeyRef } from '../core/access/actor.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE, type Place, type Places } from '../core/access/place.ts';
import { raise } from '../core/errors/catalogue.ts';
import type { Authenticator } from '../core/identity/authenticator.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
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

type Grant = { readonly scopes: readonly string[]; readonly in: Place };

export interface TestCaller {
  readonly name: string;
  /** Absent: nobody. */
  readonly actor?: Actor;
  readonly grants: readonly Grant[];
  readonly disabled?: true;
}

export interface Tenants extends AsyncDisposable {
  readonly host: TestHost;
  /** The workspace that callers ask for, another one, and the one that is always there. */
  readonly ours: Required<Place>;
  readonly theirs: Required<Place>;
  readonly first: Required<Place>;
  readonly callers: readonly TestCaller[];
  /** What a caller sends to act in a workspace. */
  headers(name: string, place?: Place): Record<string, string>;
}

/** Whether the roles of a caller allow a scope: what {@link Access} has to say. */
export function isAllowed({ actor, grants, disabled }: TestCaller, scope: string, place: Place): boolean {
  if (actor === undefined || disabled) return false;
  if (actor.kind === 'host') return true;
  const { key } = actor;
  if (key?.scopes !== undefined && !covers(key.scopes, scope)) return false;
  if (key?.workspace !== undefined && key.workspace !== place.workspace) return false;
  if (actor.kind === 'user' && actor.platformRole === 'admin') return true;
  return grants.some(
    (grant) =>
      covers(grant.scopes, scope) &&
      grant.in.organization === place.organization &&
      (grant.in.workspace === undefined || grant.in.workspace === place.workspace),
  );
}

/** Whether a caller has to do with a workspace; to all others it does not exist. */
export function belongsTo({ actor, grants }: TestCaller, place: Place): boolean {
  if (actor === undefined) return false;
  if (actor.kind === 'host' || (actor.kind === 'user' && actor.platformRole === 'admin')) return true;
  return grants.some(({ in: { organization, workspace } }) =>
    workspace === undefined ? organization === place.organization : workspace === place.workspace,
  );
}

function covers(scopes: readonly string[], wanted: string): boolean {
  return scopes.some((scope) => new RegExp(`^${scope.split('*').map(RegExp.escape).join('.*')}$`).test(wanted));
}

/**
 * A host with two workspaces besides the first, and every kind of caller. Roles are decided by the table above and callers come in by
 * their names: to try a host's own roles and sign-in, make the same people there and let `headers` give what they hold.
 */
export async function openTenants(): Promise<Tenants> {
  await using undo = new AsyncDisposableStack();
  const database = undo.use(await embeddedDatabase());
  const [ours, theirs] = await Promise.all(
    ['ours', 'theirs'].map(async (name) => {
      const workspace = randomUUID();
      await database.dataSource.query(
        'INSERT INTO workspace (id, organization_id, name, title) VALUES ($1, $2, $3, $3)',
        [workspace, DEFAULT_ORGANIZATION, name],
      );
      return { organization: DEFAULT_ORGANIZATION, workspace };
    }),
  );
  const callers = callersOf(ours!, theirs!);
  const everywhere = { ours: ours!, theirs: theirs!, default: DEFAULT_PLACE };
  const host = undo.use(
    await startTestHost(
      { backplane: `log: { level: silent }\ntemplates: { workflows: [] }\ndatabase: { url: "${database.url}" }\n` },
      { entrance: entranceFor(callers, Object.values(everywhere)) },
    ),
  );
  const held = undo.move();
  return {
    host,
    ours: ours!,
    theirs: theirs!,
    first: DEFAULT_PLACE,
    callers,
    headers: (name, place = ours!) => ({
      ...(name !== 'nobody' && { authorization: name === 'host' ? `Bearer ${host.key}` : `Bearer caller:${name}` }),
      'x-backplane-workspace': place.workspace!,
    }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function callersOf(ours: Required<Place>, theirs: Required<Place>): TestCaller[] {
  const user = (name: string, more: object = {}): Actor => ({
    kind: 'user',
    id: randomUUID(),
    email: `${name.replaceAll(' ', '.')}@example.com`,
    platformRole: 'basic',
    ...more,
  });
  const member = (name: string, scopes: readonly string[], place: Place, more: object = {}) => ({
    name,
    actor: user(name, more),
    grants: [{ scopes, in: place }],
  });
  const key = (more: Partial<ApiKeyRef>): ApiKeyRef => ({ id: randomUUID(), name: 'a key', ...more });
  return [
    { name: 'nobody', grants: [] },
    { name: 'host', actor: { kind: 'host', name: 'admin key' }, grants: [] },
    ...Object.entries(ROLES).flatMap(([role, scopes]) => [
      member(role, scopes, ours),
      member(`${role} elsewhere`, scopes, theirs),
    ]),
    member('organisation admin', ['*'], { organization: DEFAULT_ORGANIZATION }),
    { name: 'platform admin', actor: user('platform admin', { platformRole: 'admin' }), grants: [] },
    member('owner with a narrow key', OWNER, ours, { key: key({ scopes: ['run:read'] }) }),
    member('owner with a key of elsewhere', OWNER, ours, { key: key({ workspace: theirs.workspace }) }),
    {
      name: 'service',
      actor: { kind: 'service', id: randomUUID(), name: 'ci', organization: DEFAULT_ORGANIZATION, key: key({}) },
      grants: [{ scopes: ['workflow:execute', 'run:read', 'action:core.*:execute'], in: ours }],
    },
    member('editor of transforms', ['workflow:create', 'workflow:update', 'action:core.transform.*:execute'], ours),
    { ...member('disabled owner', OWNER, ours), disabled: true },
  ];
}

function entranceFor(callers: readonly TestCaller[], workspaces: readonly Required<Place>[]) {
  const callerOf = (actor: Actor): TestCaller =>
    callers.find((caller) => caller.actor === actor) ?? { name: 'host', actor, grants: [] };
  const access: Access = {
    can(actor, scope, place) {
      const allowed = isAllowed(callerOf(actor), scope, place);
      return { allowed, reason: allowed ? 'role' : 'no-role-with-scope', why: 'the table of the test says so' };
    },
  };
  const places: Places = {
    find(actor, asked) {
      const place = asked === undefined ? DEFAULT_PLACE : workspaces.find(({ workspace }) => workspace === asked);
      if (place === undefined || !belongsTo(callerOf(actor), place)) throw raise.WORKSPACE_NOT_FOUND({ asked: asked! });
      return place;
    },
  };
  const byName: Authenticator = {
    identify({ headers }) {
      const name = /^Bearer caller:(.+)$/.exec(headers.authorization ?? '')?.[1];
      return callers.find((caller) => caller.name === name)?.actor;
    },
  };
  return { access, places, authenticators: [byName] };
}
