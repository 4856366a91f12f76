import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import type { SessionKeys } from './session-keys.ts';
import { readSessionToken, signSessionToken } from './session-token.ts';

const bytes = new Uint8Array(32).fill(7);
const keys: SessionKeys = {
  current: async () => ({ id: 'k1', bytes }),
  find: async (id) => (id === 'k1' ? bytes : undefined),
  rotate: async () => undefined,
  derive: async () => bytes,
};
const TYPE = 'backplane-session+jwt';

const token = (change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, header: object = {}) =>
  change(
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: TYPE, ...header })
      .setIssuer('backplane')
      .setAudience('backplane:session')
      .setSubject('ada')
      .setJti('s1')
      .setIssuedAt()
      .setExpirationTime('1h'),
  ).sign(bytes);

test('what was signed is read', async () => {
  const expiresAt = Math.floor(Date.now() / 1000) * 1000 + 60_000;
  const signed = await signSessionToken(keys, { session: 's1', user: 'ada', expiresAt });
  expect(await readSessionToken(keys, signed)).toEqual({ session: 's1', user: 'ada', expiresAt });
  expect(await readSessionToken(keys, await token())).toMatchObject({ session: 's1' });
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const unsecured = new UnsecuredJWT()
  .setIssuer('backplane')
  .setAudience('backplane:session')
  .setSubject('ada')
  .setJti('s1')
  .setIssuedAt()
  .setExpirationTime('1h')
  .encode();

test.each<[string, () => Promise<string>]>([
  ['no algorithm', async () => unsecured],
  [
    'no algorithm, in capitals',
    async () => `${Buffer.from('{"alg":"NONE","kid":"k1"}').toString('base64url')}.${unsecured.split('.')[1]}.`,
  ],
  ['another algorithm of the same kind', () => token((jwt) => jwt, { alg: 'HS384' })],
  [
    'an asymmetric algorithm',
    () =>
      new SignJWT({ sub: 'ada', jti: 's1' })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: TYPE })
        .setIssuer('backplane')
        .setAudience('backplane:session')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(rsa.privateKey),
  ],
  ['an expiry that is past', () => token((jwt) => jwt.setExpirationTime(1))],
  ['another audience', () => token((jwt) => jwt.setAudience('others'))],
  ['another issuer', () => token((jwt) => jwt.setIssuer('others'))],
  ['a key that is not ours', () => token((jwt) => jwt, { kid: 'k2' })],
  ['no key', () => token((jwt) => jwt, { kid: undefined })],
  ['a key by address', () => token((jwt) => jwt, { kid: undefined, jku: 'https://evil.example/jwks' })],
  ['another type', () => token((jwt) => jwt, { typ: 'JWT' })],
  [
    'a changed payload',
    async () => (await token()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"eve"}').toString('base64url')}.`),
  ],
  [
    'no session',
    () =>
      new SignJWT()
        .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: TYPE })
        .setIssuer('backplane')
        .setAudience('backplane:session')
        .setSubject('ada')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(bytes),
  ],
  [
    'no expiry',
    () =>
      new SignJWT()
        .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: TYPE })
        .setIssuer('backplane')
        .setAudience('backplane:session')
        .setSubject('ada')
        .setJti('s1')
        .setIssuedAt()
        .sign(bytes),
  ],
  ['nothing that is a token', async () => 'a.b.c'],
])('a token with %s proves nothing', async (_what, make) => {
  expect(await readSessionToken(keys, await make())).toBeUndefined();
});
