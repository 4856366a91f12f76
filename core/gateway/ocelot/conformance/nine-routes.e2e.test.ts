import { testClock } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { exchange, startImported, startServices } from './gateway-under-test.fixture.ts';
import { MATRIX, nineRoutes } from './nine-routes.fixture.ts';
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

const place = { file: 'gateway.yaml', line: 1, column: 1 };
const ORIGIN = 'https://app.example.com';

/** What their own program had around Ocelot, as policies of the whole gateway. */
const FRONT = [
  { id: 'gateway/correlation-id', policy: 'correlation-id', config: {}, place },
  { id: 'gateway/security-headers', policy: 'security-headers', config: {}, place },
  { id: 'gateway/cors', policy: 'cors', config: { origins: [ORIGIN], credentials: true, maxAge: '10m' }, place },
];

async function world() {
  const clock = testClock();
  const services = await startServices(() => ({ body: 'here' }));
  const file = nineRoutes({
    authentication: 'as-meant',
    portOf: (host) => services.portOf(host === 'identity-api' ? 'A' : 'B'),
  });
  const gateway = await startImported(file, policiesUnderTest(clock), { schemes: SCHEMES }, FRONT);
  return {
    clock,
    services,
    send: (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      exchange(gateway.port, { send: `${method} ${path}`, headers: { 'X-Client-Id': 'web', ...headers } }),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await services[Symbol.asyncDispose]();
    },
  };
}

test.each(MATRIX)('$path goes to $host for callers with a token or a key', async ({ path, host, auth }) => {
  await using all = await world();
  const nobody = await all.send(`${path}/1`);
  expect(nobody.status).toBe(auth === 'optional' ? 200 : 401);
  expect((await all.send(`${path}/1`, { Authorization: 'Bearer forged' })).status).toBe(401);
  for (const credential of ['Bearer ada', 'ApiKey key-of-ada']) {
    const { status, body } = await all.send(`${path}/1?x=2`, { Authorization: credential });
    expect([credential, status, body]).toEqual([credential, 200, 'here']);
    expect(all.services.seen.at(-1)).toMatchObject({
      at: host === 'identity-api' ? 'A' : 'B',
      url: `${path}/1?x=2`,
    });
  }
});

test.each(MATRIX)('$path takes $limit a minute, and one more is a ban of a minute', async ({ path, limit }) => {
  await using all = await world();
  const send = () => all.send(`${path}/1`, { Authorization: 'Bearer ada' });
  for (let count = 1; count < limit; count++) {
    if ((await send()).status !== 200) throw new Error(`request ${count} of ${limit} was refused`);
  }
  const last = await send();
  expect([last.status, last.headers['x-rate-limit-remaining']]).toEqual([200, '0']);
  const refused = await send();
  expect(refused).toMatchObject({ status: 429, body: 'API rate limit exceeded. Please try again later.' });
  expect(refused.headers['retry-after']).toBe('60');
  all.clock.advance(60_001);
  expect((await send()).status).toBe(200);
});

test('accounts are for users', async () => {
  await using all = await world();
  expect((await all.send('/api/accounts/1', { Authorization: 'Bearer eve' })).status).toBe(403);
  expect((await all.send('/api/budgets/1', { Authorization: 'Bearer eve' })).status).toBe(200);
});

test('methods that no route lists find nothing', async () => {
  await using all = await world();
  expect((await all.send('/api/users/1', {}, 'PATCH')).status).toBe(404);
});

test('browsers may ask first, though no route lists OPTIONS', async () => {
  await using all = await world();
  const asked = {
    Origin: ORIGIN,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization',
  };
  const { status, headers } = await all.send('/api/accounts/1', asked, 'OPTIONS');
  expect(status).toBe(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '600',
  });
  expect(all.services.seen).toEqual([]);
});

test('every answer has its id and the headers that protect browsers, refusals too', async () => {
  await using all = await world();
  for (const [path, status] of [
    ['/api/auth/1', 200],
    ['/api/users/1', 401],
    ['/nowhere', 404],
  ] as const) {
    const got = await all.send(path, { 'X-Correlation-ID': 'abc-1', Origin: ORIGIN });
    expect([path, got.status]).toEqual([path, status]);
    expect(got.headers).toMatchObject({
      'x-correlation-id': 'abc-1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'access-control-allow-origin': ORIGIN,
    });
  }
  expect(all.services.seen[0]?.headers['x-correlation-id']).toBe('abc-1');
});
