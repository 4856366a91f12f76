import { testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { bearer, ISSUER, JWKS, publisher, SECRET, shared, signingKey, token } from './issuer.fixture.ts';
import { jwt } from './jwt.ts';

const [first, second] = [await signingKey('ES256', 'k1'), await signingKey('ES256', 'k2')];

async function world(config: object, ...keys: (typeof first)[]) {
  const clock = testClock();
  const issuer = publisher(...keys.map(({ jwk }) => jwk));
  const trial = await tryPolicy(jwt, { cacheEntries: 0, ...config }, { clock, ports: { http: issuer.http } });
  return { clock, issuer, trial, send: async (given: string) => (await trial.send(bearer(given))).status };
}

test('keys are fetched once, at the first token', async () => {
  const { clock, issuer, send } = await world({ jwks: JWKS }, first);
  expect(issuer.asked).toHaveLength(0);
  const good = await token(clock, first);
  expect(await Promise.all([send(good), send(good), send(good)])).toEqual([200, 200, 200]);
  expect(issuer.asked.map(({ url }) => url)).toEqual([JWKS]);
});

test('an issuer alone is enough: its OpenID configuration tells where the keys are', async () => {
  const { clock, issuer, send } = await world({ issuer: ISSUER }, first);
  expect(await send(await token(clock, first))).toBe(200);
  expect(issuer.asked.map(({ url }) => url)).toEqual([`${ISSUER}/.well-known/openid-configuration`, JWKS]);
});

test('a new key is fetched when a token names it, and unknown ones not more often than the cool-down allows', async () => {
  const { clock, issuer, send } = await world({ jwks: JWKS, keysCoolDown: '30s' }, first);
  expect(await send(await token(clock, first))).toBe(200);
  issuer.keys = [first.jwk, second.jwk];
  expect(await send(await token(clock, second))).toBe(401);
  clock.advance(30_000);
  expect(await send(await token(clock, second))).toBe(200);
  const unknown = await token(clock, await signingKey('ES256', 'k3'));
  for (let attempt = 0; attempt < 5; attempt++) expect(await send(unknown)).toBe(401);
  expect(issuer.asked).toHaveLength(2);
});

test('a key that the issuer has withdrawn is gone after the next fetch', async () => {
  const { clock, issuer, send } = await world({ jwks: JWKS, keysFresh: '1m' }, first, second);
  expect(await send(await token(clock, first))).toBe(200);
  issuer.keys = [second.jwk];
  clock.advance(61_000);
  await send(await token(clock, second));
  await new Promise(setImmediate);
  expect(await send(await token(clock, first))).toBe(401);
});

test('old keys go on while the issuer is down', async () => {
  const { clock, issuer, trial, send } = await world({ jwks: JWKS, keysFresh: '1m' }, first);
  expect(await send(await token(clock, first))).toBe(200);
  issuer.isDown = true;
  clock.advance(3_600_000);
  expect(await send(await token(clock, first))).toBe(200);
  expect(trial.logs.map(({ message }) => message)).toEqual(['keys of tokens could not be fetched']);
});

test('without any keys nobody comes in, and the issuer is not asked for every request', async () => {
  const { clock, issuer, send } = await world({ jwks: JWKS }, first);
  issuer.isDown = true;
  const good = await token(clock, first);
  expect([await send(good), await send(good)]).toEqual([503, 503]);
  expect(issuer.asked).toHaveLength(1);
  issuer.isDown = false;
  clock.advance(1_000);
  expect(await send(good)).toBe(200);
});

test('a token without a key id is tried with each key', async () => {
  const { clock, send } = await world({ jwks: JWKS }, first, second);
  expect(await send(await token(clock, { privateKey: second.privateKey, alg: 'ES256' }))).toBe(200);
});

test('a shared key that an issuer publishes by mistake verifies nothing', async () => {
  const { clock, issuer, send } = await world({ jwks: JWKS }, first);
  issuer.keys = [{ kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), kid: 'oops', alg: 'HS256' }];
  expect(await send(await token(clock, shared, {}, { kid: 'oops' }))).toBe(401);
});

test.each([
  ['jku', { jku: 'https://evil.example.com/jwks.json' }],
  ['x5u', { x5u: 'http://169.254.169.254/latest/meta-data' }],
  ['a path as key id', { kid: '../../../../dev/null' }],
  ['an address as key id', { kid: 'https://evil.example.com/key' }],
])('%s in the header of a token leads nowhere', async (_what, header) => {
  const { clock, issuer, send } = await world({ jwks: JWKS }, first);
  const attacker = await signingKey('ES256');
  expect(await send(await token(clock, attacker, {}, { ...header, jwk: attacker.jwk }))).toBe(401);
  expect(issuer.asked.every(({ url }) => url === JWKS)).toBe(true);
});

test('each of several issuers verifies its own tokens alone', async () => {
  const other = 'https://other.example.com';
  const { clock, send } = await world(
    {
      issuers: [
        { issuer: ISSUER, jwks: JWKS },
        { issuer: other, secret: SECRET },
      ],
    },
    first,
  );
  expect(await send(await token(clock, first))).toBe(200);
  expect(await send(await token(clock, shared, { iss: other }))).toBe(200);
  expect(await send(await token(clock, shared))).toBe(401);
  expect(await send(await token(clock, first, { iss: other }))).toBe(401);
  expect(await send(await token(clock, first, { iss: undefined }))).toBe(401);
});

test('an OpenID configuration of another issuer is not believed', async () => {
  const { clock, send } = await world({ issuer: `${ISSUER}/tenant` }, first);
  expect(await send(await token(clock, first, { iss: `${ISSUER}/tenant` }))).toBe(503);
});
