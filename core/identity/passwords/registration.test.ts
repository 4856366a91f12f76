import { expect, test } from 'vitest';
import type { NewUser, User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import { createAccountMail } from './account-mail.ts';
import { createAttempts } from './attempts.ts';
import { createRegistration } from './registration.ts';

function registration(given: { hasAdmin?: boolean; open?: boolean } = {}) {
  const made: NewUser[] = [];
  const owners: string[] = [];
  const welcomed: string[] = [];
  const stored = (user: NewUser): User => ({ ...user, id: user.email, status: 'active', createdAt: '' });
  const users = {
    hasAdmin: async () => given.hasAdmin ?? false,
    find: async () => undefined,
    create: async (user: NewUser) => stored(made[made.push(user) - 1]!),
    createWithFirst: async (user: NewUser) => stored(made[made.push({ ...user, platformRole: 'admin' }) - 1]!),
  } as Partial<UserStore> as UserStore;
  const log = { info() {}, error() {} } as never;
  const { register } = createRegistration({
    users,
    hasher: { hash: async () => 'hash', verify: async () => false },
    attempts: createAttempts({ wait: async () => undefined }),
    links: { create: async () => 'token', take: async () => undefined, void: async () => undefined },
    mail: createAccountMail({ mailer: undefined, baseUrl: () => 'https://flows.example', log }),
    memberships: { welcome: async (id) => void welcomed.push(id), makeFirstOwner: async (id) => void owners.push(id) },
    rules: { registration: given.open ? 'open' : 'closed', allowedDomains: [], minimumLength: 12, verifyEmail: true },
    isSetupKey: (key) => key === 'the key',
  });
  const ask = (more: { setupKey?: string; local?: boolean } = {}) =>
    register({
      email: 'ada@example.com',
      name: 'Ada',
      password: 'correct horse battery',
      address: '1.1.1.1',
      local: false,
      ...more,
    });
  return { made, owners, welcomed, ask };
}

test('whoever has the setup key makes the first platform admin, who owns the organisation', async () => {
  const { made, owners, ask } = registration();
  await ask({ setupKey: 'the key' });
  expect([made[0]?.platformRole, owners]).toEqual(['admin', ['ada@example.com']]);
});

test('a wrong setup key makes nobody', async () => {
  const { made, ask } = registration({ open: true });
  await expect(ask({ setupKey: 'a guess', local: true })).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  expect(made).toEqual([]);
});

test('the setup key is worth nothing once there is an admin', async () => {
  await expect(registration({ hasAdmin: true }).ask({ setupKey: 'the key' })).rejects.toMatchObject({
    code: 'REGISTRATION_CLOSED',
  });
});

test('where registration is closed, nobody registers, not even first on this machine', async () => {
  await expect(registration().ask({ local: true })).rejects.toMatchObject({ code: 'REGISTRATION_CLOSED' });
});

test('being first over the network makes nobody admin, but somebody new', async () => {
  const { made, welcomed, ask } = registration({ open: true });
  await ask();
  expect(welcomed).toEqual(['ada@example.com']);
  expect(made.map(({ platformRole }) => platformRole)).toEqual(['basic']);
});
