import { expect, test } from 'vitest';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import { type ExternalPerson, letIn } from './external-person.ts';

const grace: ExternalPerson = {
  provider: 'oidc:op',
  issuer: 'https://op.example',
  subject: 'grace',
  email: 'Grace@Example.com',
  emailVerified: true,
  groups: ['soc'],
};
const account: User = {
  id: '1',
  email: 'grace@example.com',
  name: 'Grace',
  platformRole: 'basic',
  status: 'active',
  emailVerifiedAt: '2030-01-01T00:00:00.000Z',
  createdAt: '2030-01-01T00:00:00.000Z',
};
const RULES = { allowedDomains: ['example.com'], createUsers: true };

function services(given: { linked?: User; found?: User } = {}) {
  const done: unknown[][] = [];
  const note = (...what: unknown[]) => Promise.resolve(void done.push(what));
  const users = {
    byIdentity: async () => given.linked,
    find: async (email: string) => (email === account.email ? given.found : undefined),
    create: async () => ({ ...account, id: 'new' }),
    setPassword: (id: string) => note('no password', id),
    markVerified: (id: string) => note('verified', id),
    addIdentity: (id: string) => note('linked', id),
  } as Partial<UserStore> as UserStore;
  return {
    done,
    users,
    sessions: { endAll: (id: string) => note('sessions', id).then(() => 0) },
    keys: { revokeAll: async () => note('keys') },
    memberships: {
      welcome: (user: string) => note('welcome', user),
      applyGroups: (user: string, provider: string, groups: readonly string[]) =>
        note('groups', user, provider, groups),
    },
  };
}

test('somebody new gets an account, and the groups that the provider tells', async () => {
  const all = services();
  expect((await letIn(all, grace, RULES)).id).toBe('new');
  expect(all.done).toEqual([
    ['welcome', 'new'],
    ['linked', 'new'],
    ['groups', 'new', 'oidc:op', ['soc']],
  ]);
});

test('what the provider does not say of groups changes none', async () => {
  const all = services();
  const { groups, ...silent } = grace;
  await letIn(all, silent, RULES);
  expect(all.done).toEqual([
    ['welcome', 'new'],
    ['linked', 'new'],
  ]);
});

test('an account whose address nobody had confirmed loses what was set up with it', async () => {
  const { emailVerifiedAt, ...unconfirmed } = account;
  const all = services({ found: unconfirmed });
  await letIn(all, grace, RULES);
  expect(all.done.slice(0, 4)).toEqual([['no password', '1'], ['sessions', '1'], ['keys'], ['verified', '1']]);
});

test.each<[string, Partial<ExternalPerson>, Partial<typeof RULES>]>([
  ['whose address is not confirmed', { emailVerified: false }, {}],
  ['of another domain', { email: 'grace@evil.example' }, {}],
  ['of a domain that only ends alike', { email: 'grace@evilexample.com' }, {}],
  ['without an address', { email: undefined as never }, { allowedDomains: [] }],
  ['who has no account, where none are made', {}, { createUsers: false }],
])('somebody %s is not let in', async (_who, person, rules) => {
  await expect(letIn(services(), { ...grace, ...person }, { ...RULES, ...rules })).rejects.toMatchObject({
    code: 'SIGN_IN_NOT_ALLOWED',
  });
});

test('whoever is switched off stays out', async () => {
  await expect(letIn(services({ linked: { ...account, status: 'disabled' } }), grace, RULES)).rejects.toMatchObject({
    code: 'SIGN_IN_DISABLED',
  });
});
