import type { HttpRequest } from '@backplane/sdk';
import { type GivenReply, replyHttp, testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { bearer } from './issuer.fixture.ts';
import { jwt } from './jwt.ts';

const SERVICE = { identityService: { url: 'http://identity-api:5228/api/auth/verify-token' } };
const GOOD = { isValid: true, userId: 'u-1', email: 'ada@example.com', provider: 'google' };
const SERVER = { url: 'https://id.example.com/introspect', clientId: 'gate way', clientSecret: 's:ä' };

async function world(config: object, answer: (request: HttpRequest) => GivenReply) {
  const clock = testClock();
  const asked: HttpRequest[] = [];
  const http = replyHttp((request) => {
    asked.push(request);
    return answer(request);
  });
  const trial = await tryPolicy(jwt, config, { clock, ports: { http } });
  return { clock, asked, trial, send: (given = 'opaque') => trial.send(bearer(given)) };
}

test('an identity service says whose a token is', async () => {
  const { asked, send } = await world(SERVICE, () => ({ body: GOOD }));
  const { exchange } = await send();
  expect(exchange.identity).toMatchObject({
    subject: 'u-1',
    claims: { sub: 'u-1', email: 'ada@example.com', provider: 'google' },
  });
  expect(asked.map(({ method, body }) => [method, body])).toEqual([['POST', '{"token":"opaque"}']]);
});

test('fields of a service are found whatever their case, and may have other names', async () => {
  const service = { url: SERVICE.identityService.url, field: 'jwt', valid: 'ok', claims: { sub: 'id', role: 'role' } };
  const { asked, send } = await world({ identityService: service }, () => ({
    body: { OK: true, ID: 7, Role: 'User' },
  }));
  expect((await send()).exchange.identity).toMatchObject({ subject: '7', claims: { role: 'User' } });
  expect(asked[0]?.body).toBe('{"jwt":"opaque"}');
});

test('the service is asked once for a while, also by many at once', async () => {
  const { clock, asked, send } = await world(SERVICE, () => ({ body: GOOD }));
  await Promise.all([send(), send(), send()]);
  await send();
  expect(asked).toHaveLength(1);
  clock.advance(30_000);
  await send();
  expect(asked).toHaveLength(2);
});

test('a no is remembered for a shorter while', async () => {
  const { clock, asked, send } = await world(SERVICE, () => ({ body: { isValid: false } }));
  expect([(await send()).status, (await send()).status, asked.length]).toEqual([401, 401, 1]);
  clock.advance(10_000);
  await send();
  expect(asked).toHaveLength(2);
});

test.each([
  ['is true only in words', { body: { isValid: 'true', userId: 'u' } }, 401],
  ['names nobody', { body: { isValid: true } }, 401],
  ['is a 401', { status: 401, body: {} }, 401],
  ['is an error', { status: 500, body: GOOD }, 503],
  ['is a redirect', { status: 302, headers: { location: 'https://evil.example.com' } }, 503],
  ['is no JSON', { body: 'fine!' }, 503],
])('nobody comes in when the answer %s', async (_what, reply, status) => {
  const { send } = await world(SERVICE, () => reply);
  expect((await send()).status).toBe(status);
});

test('a service that cannot be reached refuses, logs without the token, and is asked again at once', async () => {
  let isDown = true;
  const { trial, send } = await world(SERVICE, () => {
    if (isDown) throw new Error('connect ECONNREFUSED');
    return { body: GOOD };
  });
  const { status, headers, body } = await send('secret-token');
  expect([status, headers['retry-after'], JSON.parse(body).code]).toEqual([503, '1', 'GATEWAY_IDENTITY_UNAVAILABLE']);
  expect(trial.logs).toHaveLength(1);
  expect(JSON.stringify([trial.logs, body])).not.toContain('secret-token');
  isDown = false;
  expect((await send('secret-token')).status).toBe(200);
});

test('an introspection endpoint is asked as RFC 7662 says', async () => {
  const { asked, send } = await world({ introspection: SERVER }, () => ({
    body: { active: true, sub: 'ada', scope: 'a b', client_id: 'app' },
  }));
  expect((await send()).exchange.identity).toMatchObject({ subject: 'ada', scopes: ['a', 'b'] });
  expect(asked[0]?.body).toBe('token=opaque&token_type_hint=access_token');
  expect(asked[0]?.headers?.['authorization']).toBe(`Basic ${Buffer.from('gate+way:s%3A%C3%A4').toString('base64')}`);
});

test('an introspected token is not remembered beyond its end', async () => {
  const clock = testClock();
  const {
    clock: own,
    asked,
    send,
  } = await world({ introspection: SERVER, clockTolerance: 0 }, () => ({
    body: { active: true, sub: 'ada', exp: clock.now() / 1000 + 5 },
  }));
  expect((await send()).status).toBe(200);
  own.advance(5_000);
  expect([(await send()).status, asked.length]).toEqual([401, 2]);
});

test.each([
  ['is not active', { active: false }],
  ['is of another issuer', { active: true, sub: 'a', aud: 'orders', iss: 'https://evil.example.com' }],
  ['is for nobody in particular', { active: true, sub: 'a' }],
  ['is for others', { active: true, sub: 'a', aud: ['invoices'] }],
  ['is not good yet', { active: true, sub: 'a', aud: 'orders', nbf: 4_000_000_000 }],
])('a token that %s is refused', async (_what, body) => {
  const config = { introspection: SERVER, issuer: 'https://id.example.com', audience: 'orders' };
  const { send } = await world(config, () => ({ body }));
  expect((await send()).status).toBe(401);
});
