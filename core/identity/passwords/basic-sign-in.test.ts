import { expect, test } from 'vitest';
import type { User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import { createAttempts } from './attempts.ts';
import { createBasicSignIn } from './basic-sign-in.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-rules.ts';

const hasher = createPasswordHasher();
const stored = await hasher.hash('correct horse battery');
const ada: User = {
  id: '1',
  email: 'ada@example.com',
  name: 'Ada',
  platformRole: 'basic',
  status: 'active',
  emailVerifiedAt: '2030-01-01T00:00:00.000Z',
  createdAt: '2030-01-01T00:00:00.000Z',
};

function signIn(user: Partial<User> = {}) {
  const work: string[] = [];
  const users = {
    withPassword: async (email: string) => {
      work.push('query');
      return email === ada.email ? { user: { ...ada, ...user }, hash: stored } : {};
    },
  } as Partial<UserStore> as UserStore;
  const basic = createBasicSignIn({
    users,
    hasher: {
      ...hasher,
      verify: (hash, password) => {
        work.push('verify');
        return hasher.verify(hash, password);
      },
    },
    attempts: createAttempts({ wait: async () => undefined }),
    rules: { registration: 'closed', allowedDomains: [], minimumLength: 12, verifyEmail: true },
  });
  const check = (email: string, password: string) => basic.check({ email, password, address: '1.1.1.1' });
  return { work, check };
}

test('the right password opens, however the address is written', async () => {
  expect(await signIn().check(' Ada@Example.COM ', 'correct horse battery')).toMatchObject({ id: '1' });
});

test('an unknown account costs the same work and gives the same answer as a wrong password', async () => {
  const answers = await Promise.all(
    [ada.email, 'nobody@example.com'].map(async (email) => {
      const { work, check } = signIn();
      const error = await check(email, 'wrong horse battery').catch((thrown: Error) => thrown);
      return { work, code: (error as { code?: string }).code, message: (error as Error).message };
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({ code: 'SIGN_IN_REFUSED', work: ['query', 'verify'] });
});

test('an unknown account is locked like any other', async () => {
  const { check } = signIn();
  for (let attempt = 0; attempt < 5; attempt++) await check('nobody@example.com', 'x').catch(() => undefined);
  await expect(check('nobody@example.com', 'x')).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED' });
});

test('that an account is switched off or not confirmed is said only to whoever knows its password', async () => {
  const off = signIn({ status: 'disabled' });
  await expect(off.check(ada.email, 'wrong horse battery')).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
  await expect(off.check(ada.email, 'correct horse battery')).rejects.toMatchObject({ code: 'SIGN_IN_DISABLED' });
  const { emailVerifiedAt, ...fresh } = ada;
  const unconfirmed = signIn({ ...fresh, emailVerifiedAt: undefined as never });
  await expect(unconfirmed.check(ada.email, 'correct horse battery')).rejects.toMatchObject({
    code: 'SIGN_IN_UNVERIFIED',
  });
});

test('passwords are kept as argon2id', () => {
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a password is the same however its letters are composed', async () => {
  expect(
    await hasher.verify(await hasher.hash('caf\u00e9 caf\u00e9 caf\u00e9'), 'cafe\u0301 cafe\u0301 cafe\u0301'),
  ).toBe(true);
});

test.each(['short', 'aaaaaaaaaaaaaaaa', 'ada.lovelace1', 'x'.repeat(300)])('%s is no password', (password) => {
  expect(() => checkPassword(password, { minimumLength: 12, email: 'ada.lovelace@example.com' })).toThrow(
    expect.objectContaining({ code: 'PASSWORD_UNFIT' }),
  );
});
