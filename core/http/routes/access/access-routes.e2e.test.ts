import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_ORGANIZATION, DEFAULT_WORKSPACE } from '../../../access/place.ts';
import { type AccessApi, accessApi, withKey } from './access-api.fixture.ts';

let api: AccessApi;
beforeAll(async () => {
  api = await accessApi();
});
afterAll(() => api[Symbol.asyncDispose]());

let count = 0;
/** Somebody new with this role in the first workspace. */
async function memberAs(role: string) {
  const user = await api.user(`${role}-${++count}`);
  const given = await api.as(undefined, 'PUT', '/members', { user: user.email, role });
  expect(given).toMatchObject({ status: 200, body: { role, name: user.email } });
  return user;
}
const organization = `/organizations/${DEFAULT_ORGANIZATION}`;

describe('members', () => {
  test('whoever gets a role in a workspace belongs to its organisation, and sees it', async () => {
    const viewer = await memberAs('viewer');
    const rolesIn = async (path: string) => {
      const { body } = await api.as(viewer, 'GET', path);
      const own = body.items.filter(({ subject }: { subject: string }) => subject === viewer.id);
      return own.map(({ role, inherited }: any) => [role, inherited]);
    };
    expect(await rolesIn('/members')).toEqual([['viewer', false]]);
    expect(await rolesIn(`${organization}/members`)).toEqual([['organization-member', false]]);
    expect((await api.as(viewer, 'GET', '/workspaces')).body.items).toMatchObject([{ id: DEFAULT_WORKSPACE }]);
  });

  test('an admin gives no role beyond their own, and takes away none', async () => {
    const [admin, owner, other] = [await memberAs('admin'), await memberAs('owner'), await memberAs('viewer')];
    const made = await api.as(admin, 'PUT', '/members', { user: other.email, role: 'owner' });
    expect([made.status, made.body.code]).toEqual([403, 'ACCESS_GRANT_TOO_WIDE']);
    const gone = await api.as(admin, 'DELETE', `/members/${owner.email}`);
    expect(gone.body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    const lowered = await api.as(admin, 'PUT', '/members', { user: owner.email, role: 'viewer' });
    expect(lowered.body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await api.as(admin, 'PUT', '/members', { user: other.email, role: 'editor' })).status).toBe(200);
  });

  test('the last owner stays, until there is another', async () => {
    const { body: workspace } = await api.as(undefined, 'POST', '/workspaces', { name: 'owned' });
    const [first, second] = [await memberAs('viewer'), await memberAs('viewer')];
    const put = (user: string, role: string) => api.as(undefined, 'PUT', '/members', { user, role }, workspace.id);
    await put(first.email, 'owner');
    expect((await put(first.email, 'admin')).body).toMatchObject({ code: 'ACCESS_LAST_OWNER' });
    expect((await api.as(undefined, 'DELETE', `/members/${first.id}`, undefined, 'owned')).status).toBe(409);
    await put(second.email, 'owner');
    expect((await api.as(second, 'DELETE', `/members/${first.id}`, undefined, 'owned')).status).toBe(204);
    expect((await api.as(undefined, 'DELETE', `${organization}/members/${second.id}`)).body.code).toBe(
      'ACCESS_LAST_OWNER',
    );
  });

  test('a role is gone at the next request', async () => {
    const editor = await memberAs('editor');
    expect((await api.as(editor, 'GET', '/members')).status).toBe(200);
    await api.as(undefined, 'DELETE', `/members/${editor.email}`);
    expect((await api.as(editor, 'GET', '/members')).body.code).toBe('ACCESS_DENIED');
  });

  test('a workspace admin cannot draw in people of other organisations, nor learn of them', async () => {
    const admin = await memberAs('admin');
    const stranger = await api.user('stranger');
    const put = await api.as(admin, 'PUT', '/members', { user: stranger.email, role: 'viewer' });
    const unknown = await api.as(admin, 'PUT', '/members', { user: 'nobody@example.com', role: 'viewer' });
    expect([put.body.code, unknown.body.code]).toEqual(['ACCESS_NOT_FOUND', 'ACCESS_NOT_FOUND']);
    expect((await api.as(admin, 'GET', `/access/explain?actor=${stranger.email}&scope=run:read`)).body.code).toBe(
      'ACCESS_NOT_FOUND',
    );
  });

  test('roles of organisations are not given in workspaces', async () => {
    const user = await memberAs('viewer');
    const put = await api.as(undefined, 'PUT', '/members', { user: user.id, role: 'organization-admin' });
    expect([put.status, put.body.code]).toEqual([400, 'ROLE_MISPLACED']);
  });

  test('in the organisation an admin manages everything, owners excepted', async () => {
    const [admin, owner, other] = [await memberAs('viewer'), await memberAs('viewer'), await memberAs('viewer')];
    const put = (actor: Parameters<AccessApi['as']>[0], user: string, role: string) =>
      api.as(actor, 'PUT', `${organization}/members`, { user, role });
    await put(undefined, admin.email, 'organization-admin');
    await put(undefined, owner.email, 'organization-owner');
    expect((await put(admin, owner.email, 'organization-member')).body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await put(admin, other.email, 'organization-owner')).body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await api.as(admin, 'PATCH', organization, { name: 'mine' })).body.code).toBe('ACCESS_DENIED');
    expect((await api.as(admin, 'DELETE', `${organization}/members/${other.id}`)).status).toBe(204);
    expect((await api.as(other, 'GET', '/members')).body.code).toBe('ACCESS_DENIED');
    expect((await api.as(owner, 'PATCH', organization, { name: 'default' })).body).toMatchObject({ name: 'default' });
  });
});

describe('workspaces and organisations', () => {
  test('who makes a workspace owns it, and others do not know that there is one', async () => {
    const [maker, other] = [await memberAs('viewer'), await memberAs('owner')];
    await api.as(undefined, 'PUT', `${organization}/members`, { user: maker.email, role: 'organization-admin' });
    const made = await api.as(maker, 'POST', '/workspaces', { name: 'hidden', title: 'Hidden one' });
    expect(made).toMatchObject({ status: 201, body: { name: 'hidden', title: 'Hidden one' } });
    for (const asked of ['hidden', made.body.id, 'nowhere'])
      for (const [method, path, header] of [
        ['GET', `/workspaces/${asked}`, undefined],
        ['DELETE', `/workspaces/${asked}`, undefined],
        ['GET', '/members', asked],
      ] as const) {
        const { status, body } = await api.as(other, method, path, undefined, header);
        expect([status, body.code]).toEqual([404, 'WORKSPACE_NOT_FOUND']);
      }
    expect((await api.as(maker, 'PATCH', '/workspaces/hidden', { title: 'Renamed' })).body.title).toBe('Renamed');
    expect((await api.as(maker, 'DELETE', '/workspaces/hidden')).status).toBe(204);
    expect((await api.as(maker, 'GET', '/workspaces/hidden')).body.code).toBe('WORKSPACE_NOT_FOUND');
  });

  test('what was there from the beginning stays, names are taken once, and organisations end empty', async () => {
    expect((await api.as(undefined, 'DELETE', `/workspaces/${DEFAULT_WORKSPACE}`)).body.code).toBe('ACCESS_FIXED');
    expect((await api.as(undefined, 'DELETE', organization)).body.code).toBe('ACCESS_FIXED');
    const taken = await api.as(undefined, 'POST', '/workspaces', { name: 'default' });
    expect([taken.status, taken.body.code, taken.body.detail]).toEqual([
      409,
      'ACCESS_NAME_TAKEN',
      'There is a workspace "default" already.',
    ]);
    const { body: acme } = await api.as(undefined, 'POST', '/organizations', { name: 'acme' });
    await api.as(undefined, 'POST', '/workspaces', { name: 'ops', organization: acme.id });
    expect((await api.as(undefined, 'DELETE', `/organizations/${acme.id}`)).body.code).toBe('ACCESS_IN_USE');
    expect((await api.as(undefined, 'DELETE', '/workspaces/ops')).status).toBe(204);
    expect((await api.as(undefined, 'DELETE', `/organizations/${acme.id}`)).status).toBe(204);
  });

  test('an owner of one organisation is nobody in another', async () => {
    const { body: other } = await api.as(undefined, 'POST', '/organizations', { name: 'other' });
    const owner = await api.user('owner-of-default');
    await api.as(undefined, 'PUT', `${organization}/members`, { user: owner.email, role: 'organization-owner' });
    for (const [method, path, body] of [
      ['GET', `/organizations/${other.id}`, undefined],
      ['PATCH', `/organizations/${other.id}`, { name: 'stolen' }],
      ['GET', `/organizations/${other.id}/members`, undefined],
      ['PUT', `/organizations/${other.id}/members`, { user: owner.email, role: 'organization-owner' }],
      ['POST', '/workspaces', { name: 'planted', organization: other.id }],
    ] as const)
      expect((await api.as(owner, method, path, body)).body.code).toBe('ACCESS_DENIED');
    expect((await api.as(owner, 'GET', '/organizations')).body.items).toHaveLength(1);
    await api.as(undefined, 'DELETE', `${organization}/members/${owner.id}`);
  });
});

describe('roles and groups', () => {
  test('a role of scopes gives them at once when it changes, and goes only when nobody has it', async () => {
    const made = await api.as(undefined, 'POST', '/roles', { name: 'runner', scopes: ['run:read', 'workspace:read'] });
    expect(made).toMatchObject({ status: 201, body: { name: 'runner', preset: false } });
    const user = await memberAs('runner');
    const explain = async () =>
      (await api.as(user, 'GET', '/access/explain?scope=action:tools.slack.post:execute')).body;
    expect(await explain()).toMatchObject({
      allowed: false,
      reason: 'no-role-with-scope',
      needed: expect.arrayContaining(['editor']),
    });
    await api.as(undefined, 'PATCH', '/roles/runner', { scopes: ['workspace:read', 'action:tools.slack.*:execute'] });
    expect(await explain()).toMatchObject({ allowed: true, why: 'role runner in the workspace' });
    expect((await api.as(undefined, 'DELETE', '/roles/runner')).body.code).toBe('ACCESS_IN_USE');
    await api.as(undefined, 'PUT', '/members', { user: user.email, role: 'viewer' });
    expect((await api.as(undefined, 'DELETE', '/roles/runner')).status).toBe(204);
  });

  test('nobody makes a role beyond their own, changes a preset, or invents a scope', async () => {
    const { body: role } = await api.as(undefined, 'POST', '/roles', {
      name: 'role-maker',
      scopes: ['role:write', 'organization:read', 'workspace:read', 'run:read'],
    });
    const maker = await api.user('role-maker');
    await api.as(undefined, 'PUT', `${organization}/members`, { user: maker.email, role: role.name });
    const create = (name: string, scopes: string[]) => api.as(maker, 'POST', '/roles', { name, scopes });
    expect((await create('too-wide', ['run:*'])).body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await create('all', ['*'])).body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await create('actions', ['action:*:execute'])).body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await create('odd', ['run:fly', 'runs'])).body).toMatchObject({ code: 'ROLE_SCOPE_UNKNOWN' });
    expect((await create('reader', ['run:read'])).status).toBe(201);
    expect(
      (await api.as(maker, 'PATCH', '/roles/role-maker', { scopes: ['role:write', 'audit:read'] })).body.code,
    ).toBe('ACCESS_GRANT_TOO_WIDE');
    expect((await api.as(undefined, 'PATCH', '/roles/viewer', { scopes: ['run:read'] })).body.code).toBe(
      'ACCESS_FIXED',
    );
    expect((await api.as(undefined, 'POST', '/roles', { name: 'viewer', scopes: ['run:read'] })).body.code).toBe(
      'ACCESS_NAME_TAKEN',
    );
  });

  test('a group gives its role to those in it, as long as they are', async () => {
    await api.as(undefined, 'POST', '/groups', { name: 'analysts' });
    await api.as(undefined, 'PUT', '/members', { group: 'analysts', role: 'editor' });
    const user = await memberAs('viewer');
    const explain = async () => (await api.as(user, 'GET', '/access/explain?scope=secret:read')).body;
    expect((await explain()).allowed).toBe(false);
    expect((await api.as(undefined, 'PUT', `/groups/analysts/users/${user.email}`)).status).toBe(204);
    expect(await explain()).toMatchObject({
      allowed: true,
      why: 'role editor in the workspace, through the group analysts',
      roles: expect.arrayContaining([{ role: 'editor', in: 'workspace', group: 'analysts', gives: true }]),
    });
    expect((await api.as(undefined, 'DELETE', `/groups/analysts/users/${user.id}`)).status).toBe(204);
    expect((await explain()).allowed).toBe(false);
    expect((await api.as(undefined, 'DELETE', '/groups/analysts')).status).toBe(204);
  });

  test('nobody joins a group that gives more than they have themselves', async () => {
    const { body: group } = await api.as(undefined, 'POST', '/groups', { name: 'owners' });
    await api.as(undefined, 'PUT', `${organization}/members`, { group: group.name, role: 'organization-owner' });
    const admin = await memberAs('viewer');
    await api.as(undefined, 'PUT', `${organization}/members`, { user: admin.email, role: 'organization-admin' });
    const joined = await api.as(admin, 'PUT', `/groups/owners/users/${admin.email}`);
    expect([joined.status, joined.body.code]).toEqual([403, 'ACCESS_GRANT_TOO_WIDE']);
  });
});

describe('invitations', () => {
  const invite = (body: object) => api.as(undefined, 'POST', '/invitations', body);

  test('it makes the person it is for a member, once', async () => {
    const user = await api.user('invited');
    const workspaces = [{ workspace: DEFAULT_WORKSPACE, role: 'editor' }];
    const { body } = await invite({ email: 'Invited@example.com', workspaces });
    const accept = (actor = user) => api.as(actor, 'POST', '/invitations/accept', { token: body.token });
    expect((await accept(await api.user('thief'))).body.code).toBe('INVITATION_FOR_ANOTHER');
    expect((await accept(withKey(user, {}))).body.code).toBe('INVITATION_FOR_ANOTHER');
    expect((await accept()).body).toEqual({ organization: DEFAULT_ORGANIZATION, workspace: DEFAULT_WORKSPACE });
    expect((await api.as(user, 'GET', '/access/explain?scope=secret:create')).body.allowed).toBe(true);
    expect((await accept()).body.code).toBe('INVITATION_INVALID');
  });

  test('whoever manages a workspace invites into it, and nowhere else', async () => {
    const [admin, editor] = [await memberAs('admin'), await memberAs('editor')];
    const { body: other } = await api.as(undefined, 'POST', '/workspaces', { name: 'not-theirs' });
    const into = (workspace: string, role: string) => ({ email: 'n@example.com', workspaces: [{ workspace, role }] });
    const invites = async (actor: typeof admin, body: object) =>
      (await api.as(actor, 'POST', '/invitations', body)).body;
    expect(await invites(admin, into(DEFAULT_WORKSPACE, 'admin'))).toMatchObject({ state: 'open' });
    expect(await invites(admin, into(DEFAULT_WORKSPACE, 'owner'))).toMatchObject({ code: 'ACCESS_GRANT_TOO_WIDE' });
    expect(await invites(admin, into(other.id, 'viewer'))).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await invites(admin, { email: 'n@example.com' })).toMatchObject({ code: 'ACCESS_DENIED' });
    expect(await invites(editor, into(DEFAULT_WORKSPACE, 'viewer'))).toMatchObject({ code: 'ACCESS_DENIED' });
  });

  test('it ends by being taken back and by time', async () => {
    const user = await api.user('late');
    const accept = (token: string) => api.as(user, 'POST', '/invitations/accept', { token });
    const { body: revoked } = await invite({ email: user.email });
    expect((await api.as(undefined, 'DELETE', `/invitations/${revoked.id}`)).status).toBe(204);
    expect((await accept(revoked.token)).body.code).toBe('INVITATION_INVALID');
    const { body: old } = await invite({ email: user.email });
    await api.database.dataSource.query('UPDATE invitation SET expires_at = now() WHERE id = $1', [old.id]);
    expect((await accept(old.token)).body.code).toBe('INVITATION_INVALID');
    const { body } = await api.as(undefined, 'GET', '/invitations');
    const states = new Map(body.items.map((item: any) => [item.id, item.state]));
    expect([states.get(revoked.id), states.get(old.id)]).toEqual(['revoked', 'expired']);
  });

  test('the token is nowhere in the database, and nobody invites beyond their own role', async () => {
    const { body } = await invite({ email: 'hash@example.com' });
    const [row] = await api.database.dataSource.query('SELECT i::text AS text FROM invitation i WHERE id = $1', [
      body.id,
    ]);
    expect(row.text).not.toContain(body.token.slice(4));
    const admin = await memberAs('viewer');
    await api.as(undefined, 'PUT', `${organization}/members`, { user: admin.email, role: 'organization-admin' });
    const beyond = await api.as(admin, 'POST', '/invitations', { email: 'a@example.com', role: 'organization-owner' });
    expect(beyond.body.code).toBe('ACCESS_GRANT_TOO_WIDE');
    const elsewhere = { email: 'a@example.com', workspaces: [{ workspace: crypto.randomUUID(), role: 'viewer' }] };
    expect((await api.as(admin, 'POST', '/invitations', elsewhere)).body.code).toBe('ACCESS_NOT_FOUND');
  });
});

describe('keys and service accounts', () => {
  test('a key only narrows: by its scopes, by its workspace', async () => {
    const owner = await memberAs('owner');
    const explain = async (key: object, scope: string) =>
      (await api.as(withKey(owner, key), 'GET', `/access/explain?scope=${scope}`)).body;
    expect(await explain({}, 'secret:read')).toMatchObject({ allowed: true });
    expect(await explain({ scopes: ['run:read'] }, 'secret:read')).toMatchObject({ reason: 'key-too-narrow' });
    expect(await explain({ scopes: ['*'] }, 'host:read')).toMatchObject({ reason: 'no-role-with-scope' });
    const { body: there } = await api.as(undefined, 'POST', '/workspaces', { name: 'for-keys' });
    const bound = withKey(owner, { workspace: there.id });
    expect((await api.as(bound, 'GET', '/members')).body.code).toBe('ACCESS_DENIED');
    expect((await api.as(bound, 'GET', '/members', undefined, 'default')).body.code).toBe('WORKSPACE_NOT_FOUND');
    expect(
      (
        await api.as(withKey(owner, { scopes: ['member:invite', 'run:read'] }), 'PUT', '/members', {
          user: owner.id,
          role: 'viewer',
        })
      ).body.code,
    ).toBe('ACCESS_GRANT_TOO_WIDE');
  });

  test('a machine has the role it is given, and nothing once it is disabled', async () => {
    const { body: account } = await api.as(undefined, 'POST', '/service-accounts', { name: 'ci' });
    const machine = {
      kind: 'service',
      id: account.id,
      name: 'ci',
      organization: DEFAULT_ORGANIZATION,
      key: { id: 'k', name: 'k' },
    } as const;
    expect((await api.as(machine, 'GET', '/members')).body.code).toBe('ACCESS_DENIED');
    await api.as(undefined, 'PUT', '/members', { service: 'ci', role: 'viewer' });
    expect((await api.as(machine, 'GET', '/members')).status).toBe(200);
    expect((await api.as(undefined, 'PATCH', '/service-accounts/ci', { status: 'disabled' })).status).toBe(204);
    expect((await api.as(machine, 'GET', '/members')).body.detail).toContain('disabled');
    expect((await api.as(undefined, 'GET', '/access/explain?actor=service:ci&scope=run:read')).body).toMatchObject({
      reason: 'disabled',
      actor: { name: 'ci', active: false },
    });
    expect((await api.as(undefined, 'DELETE', '/service-accounts/ci')).status).toBe(204);
  });
});

describe('the audit log', () => {
  const entries = async (query: string) => (await api.as(undefined, 'GET', `/audit?${query}`)).body.items;

  test('has a row for every change with who, what and where, and none for what was only looked at', async () => {
    const admin = await memberAs('admin');
    const keyed = withKey(admin, {});
    await api.as(keyed, 'GET', '/members');
    const { body } = await api.as(keyed, 'PUT', '/members', { user: admin.email, role: 'admin' });
    expect(await entries(`actor=${admin.email}`)).toMatchObject([
      {
        action: 'member.role',
        outcome: 'done',
        actor: { kind: 'user', id: admin.id, name: admin.email },
        organization: DEFAULT_ORGANIZATION,
        workspace: DEFAULT_WORKSPACE,
        resource: { type: 'member', id: body.id },
        details: { method: 'PUT', route: '/members', key: { id: 'k1', name: 'ci' } },
        address: '127.0.0.1',
      },
    ]);
  });

  test('has a row for every denial, of a look too, and for workspaces that are not theirs', async () => {
    const viewer = await memberAs('viewer');
    await api.as(viewer, 'GET', '/audit');
    await api.as(viewer, 'GET', '/members', undefined, 'nowhere');
    await api.as(viewer, 'PUT', '/members', { user: viewer.email, role: 'owner' });
    const rows = await entries(`actor=${viewer.email}&outcome=denied`);
    expect(rows.map(({ action, details }: any) => [action, details.code ?? details.asked])).toEqual([
      ['member.role', 'ACCESS_DENIED'],
      ['workspace.enter', 'nowhere'],
      ['audit.read', 'ACCESS_DENIED'],
    ]);
  });

  test('has a row for a change that was asked for in a way that cannot be read, and counts its repetitions', async () => {
    const admin = await memberAs('admin');
    const tooLong = { user: 'x'.repeat(200_000), role: 'viewer' };
    const wrong = { user: admin.email, role: 'viewer', more: 'secret text' };
    expect((await api.as(admin, 'PUT', '/members', tooLong)).status).toBe(413);
    for (let count = 0; count < 20; count++) expect((await api.as(admin, 'PUT', '/members', wrong)).status).toBe(400);
    expect((await api.as(admin, 'GET', '/audit?limit=none')).status).toBe(400);
    const rows = await entries(`actor=${admin.email}`);
    expect(rows.map(({ action, outcome, details }: any) => [action, outcome, details.code])).toEqual([
      ['member.role', 'failed', 'HTTP_INVALID_REQUEST'],
      ['member.role', 'failed', 'HTTP_BODY_TOO_LARGE'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('secret text');
  });

  test('shows a workspace admin the workspace, an organisation admin the organisation, and only the host all', async () => {
    const [inside, wide] = [await memberAs('admin'), await memberAs('viewer')];
    await api.as(undefined, 'PUT', `${organization}/members`, { user: wide.email, role: 'organization-admin' });
    await api.as(undefined, 'POST', '/workspaces', { name: 'elsewhere' });
    await api.as(undefined, 'PUT', '/members', { user: wide.email, role: 'viewer' }, 'elsewhere');
    const { body: foreign } = await api.as(undefined, 'POST', '/organizations', { name: 'foreign' });
    await api.audit.add({
      actor: undefined,
      action: 'test.foreign',
      outcome: 'done',
      place: { organization: foreign.id },
    });
    const seen = async (actor: typeof inside) => {
      const { items } = (await api.as(actor, 'GET', '/audit?limit=200')).body;
      return [
        new Set(items.map((item: any) => item.organization)).size,
        new Set(items.map((item: any) => item.workspace)).size,
      ];
    };
    expect(await seen(inside)).toEqual([1, 1]);
    expect(await seen(wide)).toEqual([1, expect.toSatisfy((workspaces: number) => workspaces > 1)]);
    expect((await api.as(wide, 'GET', `/audit?organization=${foreign.id}&action=test.foreign`)).body.items).toEqual([]);
    expect(await entries('action=test.foreign')).toHaveLength(1);
    expect((await api.as(wide, 'GET', '/audit/verify')).body.code).toBe('ACCESS_DENIED');
  });
});
