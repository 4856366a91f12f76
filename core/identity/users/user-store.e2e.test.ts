import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AccessServices, createAccessServices } from '../../access/access-services.ts';
import { createAccess } from '../../access/create-access.ts';
import { DEFAULT_ORGANIZATION, DEFAULT_PLACE } from '../../access/place.ts';
import type { Database } from '../../storage/database.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { createUserStore, type UserStore } from './user-store.ts';

let database: Database;
let rights: AccessServices;
let generous: AccessServices;
let users: UserStore;
const host = { kind: 'host', name: 'test' } as const;

beforeAll(async () => {
  database = await embeddedDatabase();
  const { dataSource } = database;
  const openNews = () => ({ live: false, publish: async () => {}, [Symbol.asyncDispose]: async () => {} });
  const decisions = createAccess({ source: dataSource, log: console as never, openNews });
  rights = createAccessServices(dataSource, decisions);
  generous = createAccessServices(dataSource, decisions, { newcomerRole: 'editor' });
  users = createUserStore(dataSource, rights.memberships);
});
afterAll(() => database[Symbol.asyncDispose]());

let count = 0;
const newUser = () =>
  users.create({ email: `u${++count}@example.com`, name: 'U', platformRole: 'basic', emailVerified: true });
const newWorkspace = () =>
  rights.workspaces.create(host, DEFAULT_ORGANIZATION, { name: `w${randomUUID().slice(0, 8)}`, title: 'W' });
const place = (workspace: string) => ({ organization: DEFAULT_ORGANIZATION, workspace });
const own = (workspace: string, user: string) =>
  rights.members.put(host, place(workspace), { kind: 'user', asked: user }, 'owner');

test('the last owner of something is neither switched off nor deleted, and learns of everything that stands in the way', async () => {
  const [one, two] = [await newWorkspace(), await newWorkspace()];
  const [owner, heir] = [await newUser(), await newUser()];
  for (const { id } of [one, two]) await own(id, owner.id);
  const names = [one.name, two.name].toSorted();
  const refusal = { code: 'ACCESS_LAST_OWNER', message: expect.stringContaining(names[0]!) };
  await expect(users.change(owner.id, { status: 'disabled', name: 'Changed' })).rejects.toMatchObject(refusal);
  await expect(users.delete(owner.id)).rejects.toMatchObject({ message: expect.stringContaining(names[1]!) });
  expect(await users.get(owner.id)).toMatchObject({ status: 'active', name: 'U' });
  for (const { id } of [one, two]) await own(id, heir.id);
  await users.change(owner.id, { status: 'disabled' });
  await expect(users.delete(heir.id)).rejects.toMatchObject(refusal);
  await users.delete(owner.id);
  expect(await users.find(owner.id)).toBeUndefined();
});

test('whoever owns something by way of a group is its owner too', async () => {
  const workspace = await newWorkspace();
  const owner = await newUser();
  await rights.members.put(
    host,
    { organization: DEFAULT_ORGANIZATION },
    { kind: 'user', asked: owner.id },
    'organization-member',
  );
  const group = await rights.groups.create(DEFAULT_ORGANIZATION, { name: 'owners', description: '' });
  await rights.groups.addUser(host, DEFAULT_ORGANIZATION, group.id, owner.id);
  await rights.members.put(host, place(workspace.id), { kind: 'group', asked: group.id }, 'owner');
  await expect(users.change(owner.id, { status: 'disabled' })).rejects.toMatchObject({ code: 'ACCESS_LAST_OWNER' });
});

test('of two owners who are switched off at the same moment one stays', async () => {
  const workspace = await newWorkspace();
  const pair = [await newUser(), await newUser()];
  for (const { id } of pair) await own(workspace.id, id);
  const ends = await Promise.allSettled(pair.map(({ id }) => users.change(id, { status: 'disabled' })));
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('an owner who is switched off while the other one is removed does not leave the place to nobody', async () => {
  const workspace = await newWorkspace();
  const [one, two] = [await newUser(), await newUser()];
  for (const { id } of [one, two]) await own(workspace.id, id);
  const ends = await Promise.allSettled([
    users.change(one.id, { status: 'disabled' }),
    rights.members.remove(host, place(workspace.id), two.id),
  ]);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('somebody new belongs nowhere, unless the configuration has a role for them', async () => {
  const [stranger, guest] = [await newUser(), await newUser()];
  await rights.memberships.welcome(stranger.id);
  await generous.memberships.welcome(guest.id);
  const members = await rights.members.list(DEFAULT_PLACE);
  expect(members.filter(({ subject }) => [stranger.id, guest.id].includes(subject))).toMatchObject([
    { subject: guest.id, role: 'editor' },
  ]);
});

test('an invitation is worth no more than what its giver may still give', async () => {
  const { id: workspace } = await newWorkspace();
  const [admin, guest] = [await newUser(), await newUser()];
  const asks = (role: string) => rights.members.put(host, place(workspace), { kind: 'user', asked: admin.id }, role);
  await asks('admin');
  const giver = { kind: 'user', id: admin.id, email: admin.email, platformRole: 'basic' } as const;
  const { token } = await rights.invitations.create(giver, DEFAULT_ORGANIZATION, {
    email: guest.email,
    role: 'organization-member',
    workspaces: [{ workspace, role: 'admin' }],
  });
  await asks('editor');
  await expect(rights.invitations.accept(token, guest)).rejects.toMatchObject({ code: 'INVITATION_INVALID' });
  await asks('admin');
  await users.change(admin.id, { status: 'disabled' });
  await expect(rights.invitations.accept(token, guest)).rejects.toMatchObject({ code: 'INVITATION_INVALID' });
  await users.change(admin.id, { status: 'active' });
  expect(await rights.invitations.accept(token, guest)).toMatchObject({ workspace });
});

test('an invitation to several workspaces leads into those that are still there', async () => {
  const [gone, kept] = [await newWorkspace(), await newWorkspace()];
  const guest = await newUser();
  const workspaces = [gone, kept].map(({ id }) => ({ workspace: id, role: 'viewer' }));
  const asked = { email: guest.email, role: 'organization-member', workspaces };
  const { token } = await rights.invitations.create(host, DEFAULT_ORGANIZATION, asked);
  await rights.workspaces.delete(gone.id);
  expect(await rights.invitations.accept(token, guest)).toMatchObject({ workspace: kept.id });
  const elsewhere = rights.members.put(host, place(gone.id), { kind: 'user', asked: guest.id }, 'viewer');
  await expect(elsewhere).rejects.toMatchObject({ code: 'ACCESS_NOT_FOUND' });
});
