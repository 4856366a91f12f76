import { createHmac } from 'node:crypto';
import { testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { bearer, ISSUER, SECRET, shared, signingKey, token } from './issuer.fixture.ts';
import { jwt } from './jwt.ts';

const clock = testClock();
const plain = { secret: SECRET, issuer: ISSUER, audience: 'orders' };
const gate = (config: object = plain, options: object = {}) => tryPolicy(jwt, config, { clock, ...options });

test('a good token says who it is, with scopes and claims', async () => {
  await using trial = await gate();
  const good = await token(clock, shared, { scope: 'read write', role: 'admin' });
  const { status, exchange } = await trial.send(bearer(good));
  expect(status).toBe(200);
  expect(exchange.identity).toMatchObject({ subject: 'ada', scheme: 'jwt', scopes: ['read', 'write'] });
  expect(exchange.identity?.claims['role']).toBe('admin');
});

test('a request without a token is left to the next scheme', async () => {
  await using trial = await gate();
  const { status, exchange } = await trial.send({ headers: { authorization: 'Basic YTpi' } });
  expect([status, exchange.identity]).toEqual([200, undefined]);
});

test.each(['HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('%s is verified with the key given', async (alg) => {
  const key = alg.startsWith('HS') ? { ...shared, alg, privateKey: Buffer.alloc(64, 7) } : await signingKey(alg);
  const config =
    'publicPem' in key
      ? { publicKey: key.publicPem }
      : { secret: Buffer.alloc(64, 7).toString('base64'), secretEncoding: 'base64' };
  await using trial = await gate(config);
  const good = await token(clock, key);
  expect((await trial.send(bearer(good))).exchange.identity?.subject).toBe('ada');
  const [head, body] = good.split('.');
  const forged = `${head}.${body}.${Buffer.alloc(64, 1).toString('base64url')}`;
  expect((await trial.send(bearer(forged))).status).toBe(401);
});

test('the second time a token needs no promise', async () => {
  await using trial = await gate();
  const good = await token(clock, shared);
  const { exchange } = await trial.send(bearer(good));
  const hooks = await jwt.create({
    config: jwt.config.parse(plain),
    now: clock.now,
    signal: exchange.signal,
    log: exchange.log,
    use: { id: 'u', scheme: 'Bearer' },
  } as never);
  await hooks.authenticate(exchange);
  exchange.identity = undefined;
  expect(hooks.authenticate(exchange)).toBeUndefined();
  expect(exchange.identity).toMatchObject({ subject: 'ada', scheme: 'Bearer' });
});

test('a token that is remembered still expires', async () => {
  const own = testClock();
  await using trial = await tryPolicy(jwt, { ...plain, clockTolerance: 0 }, { clock: own });
  const good = await token(own, shared);
  expect((await trial.send(bearer(good))).status).toBe(200);
  own.advance(299_000);
  expect((await trial.send(bearer(good))).status).toBe(200);
  own.advance(1_000);
  const { status, headers, body } = await trial.send(bearer(good));
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toContain('error="invalid_token", error_description="The token has expired."');
  expect(JSON.parse(body)).toMatchObject({ code: 'GATEWAY_TOKEN_INVALID', correlationId: 'request-3' });
});

test.each([
  ['of another issuer', { iss: 'https://evil.example.com' }, 'iss'],
  ['for another audience', { aud: 'invoices' }, 'aud'],
  ['of tomorrow', { nbf: clock.now() / 1000 + 86_400 }, 'nbf'],
  ['without an end', { exp: undefined }, 'exp'],
  ['without a claim that is required', {}, 'tenant'],
])('a token %s is refused', async (_what, claims, claim) => {
  await using trial = await gate({ ...plain, ...(claim === 'tenant' && { requiredClaims: ['tenant'] }) });
  const { status, body, sent } = {
    ...(await trial.send(bearer(await token(clock, shared, claims)))),
    sent: trial.sent,
  };
  expect([status, sent.length]).toEqual([401, 0]);
  expect(JSON.parse(body).detail).toContain(`"${claim}"`);
});

test('a token of nobody is refused', async () => {
  await using trial = await gate();
  expect((await trial.send(bearer(await token(clock, shared, { sub: '' })))).status).toBe(401);
});

test('an access token can be told from an identity token by its type', async () => {
  await using trial = await gate({ ...plain, type: 'at+jwt' });
  expect((await trial.send(bearer(await token(clock, shared)))).status).toBe(401);
  expect((await trial.send(bearer(await token(clock, shared, {}, { typ: 'at+jwt' })))).status).toBe(200);
});

test('cookie and query are looked at where the route says so, and the upstream sees no token where it should not', async () => {
  await using trial = await gate({ ...plain, from: [{ cookie: 'token' }, { query: 'access_token' }], forward: false });
  const good = await token(clock, shared);
  expect((await trial.send({ url: `/a?access_token=${good}&x=1` })).exchange.identity?.subject).toBe('ada');
  expect((await trial.send({ headers: { cookie: `a=1; token=${good}` } })).exchange.identity?.subject).toBe('ada');
  expect((await trial.send(bearer(good))).exchange.identity).toBeUndefined();
  expect(trial.sent.map(({ path, headers }) => [path, headers['cookie']])).toEqual([
    ['/a?x=1', undefined],
    ['/', 'a=1'],
    ['/', undefined],
  ]);
});

test('several secrets are good while one is exchanged for the other', async () => {
  await using trial = await gate({ ...plain, secret: ['another secret of thirty-two bytes, the new one', SECRET] });
  expect((await trial.send(bearer(await token(clock, shared)))).status).toBe(200);
});

test('an unsigned token is refused', async () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = encode({ sub: 'ada', iss: ISSUER, aud: 'orders', exp: clock.now() / 1000 + 300 });
  for (const config of [plain, { publicKey: (await signingKey('RS256')).publicPem }]) {
    await using trial = await gate(config);
    for (const alg of ['none', 'None', 'nOnE', ''])
      expect((await trial.send(bearer(`${encode({ alg })}.${claims}.`))).status).toBe(401);
  }
});

test('a public key is never taken for a shared secret', async () => {
  const { publicPem } = await signingKey('RS256');
  await using trial = await gate({ publicKey: publicPem });
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: 'HS256' })}.${encode({ sub: 'ada', exp: clock.now() / 1000 + 300 })}`;
  const forged = `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`;
  expect((await trial.send(bearer(forged))).status).toBe(401);
});

test('a token is refused when Authorization comes twice', async () => {
  await using trial = await gate();
  const good = await token(clock, shared);
  const headers = [
    ['Authorization', `Bearer ${good}`],
    ['authorization', `Bearer ${good}`],
  ] as const;
  expect((await trial.send({ headers })).status).toBe(401);
});

test('an oversized token is refused before it is looked at', async () => {
  await using trial = await gate({ ...plain, maxTokenBytes: 100 });
  const { status, body } = await trial.send(bearer('x'.repeat(101)));
  expect([status, JSON.parse(body).detail]).toEqual([401, 'The token is longer than 100 bytes.']);
});

test.each([
  '',
  '.',
  '..',
  'a.b.c',
  'a.b.c.d.e',
  '%00.%00.%00',
  'eyJhbGciOiJIUzI1NiJ9..',
])('%j is no token', async (given) => {
  await using trial = await gate();
  expect((await trial.send(bearer(given))).status).toBe(401);
});

test('what one scheme has verified is nothing to another', async () => {
  const good = await token(clock, shared);
  await using first = await gate();
  await using second = await gate({ ...plain, secret: 'quite another secret of thirty-two bytes or so' });
  expect((await first.send(bearer(good))).status).toBe(200);
  expect((await second.send(bearer(good))).status).toBe(401);
});

test('neither answers nor logs show a token', async () => {
  await using trial = await gate();
  const [bad] = [`${await token(clock, shared)}x`];
  const { body, headers, because } = await trial.send(bearer(bad));
  const signature = bad.split('.')[2]!;
  expect(JSON.stringify([body, headers, because, trial.logs])).not.toContain(signature);
});

test.each([
  [{}, 'give `secret`'],
  [{ secret: 'short' }, 'shorter than 32 bytes'],
  [{ publicKey: 'no key' }, 'neither a public key'],
  [{ ...plain, jwks: 'https://id.example.com/jwks' }, 'not together with'],
  [{ ...plain, algorithms: ['RS256'] }, 'RS256 does not fit the key'],
  [{ ...plain, issuers: [{ issuer: ISSUER }] }, 'give one way alone'],
  [{ issuers: [{ secret: SECRET }] }, 'each needs its `issuer`'],
  [{ jwks: 'file:///etc/passwd' }, 'jwks'],
  [{ ...plain, clockTolerance: 'soon' }, 'clockTolerance'],
])('the settings %j are refused', async (config, problem) => {
  await expect(gate(config)).rejects.toThrow(problem);
});
