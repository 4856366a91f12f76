import { hash } from 'node:crypto';
import type { HttpRequest, Identities } from '@backplane/sdk';
import { type GivenReply, replyHttp, testClock, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { apiKey } from './api-key.ts';

const SERVICE = { identityService: { url: 'http://identity-api:5228/api/apikeys/verify' } };
const GOOD = { isValid: true, userId: 'u-1', apiKeyId: 'k-1', scope: 'read write' };
const LISTED = {
  id: 'ci',
  hash: `sha256:${hash('sha256', 'key-of-ci')}`,
  scopes: ['deploy'],
  claims: { tenant: 'acme' },
};
const shown = (key: string) => ({ headers: { authorization: `ApiKey ${key}` } });

async function world(config: object, answer: (request: HttpRequest) => GivenReply, identities?: Identities) {
  const clock = testClock();
  const asked: HttpRequest[] = [];
  const http = replyHttp((request) => {
    asked.push(request);
    return answer(request);
  });
  const trial = await tryPolicy(apiKey, config, { clock, ports: { http }, ...(identities && { identities }) });
  return { clock, asked, trial, send: (key = 'key-1') => trial.send(shown(key)) };
}
const silent = (): GivenReply => {
  throw new Error('connect ECONNREFUSED');
};

test('an identity service says whose a key is, and the key becomes an API user', async () => {
  const { asked, send } = await world(SERVICE, () => ({ body: GOOD }));
  expect((await send()).exchange.identity).toEqual({
    subject: 'u-1',
    scheme: 'api-key',
    scopes: ['read', 'write'],
    claims: { sub: 'u-1', api_key_id: 'k-1', role: 'ApiUser', scope: 'read write' },
    consumer: 'k-1',
  });
  expect(asked[0]?.body).toBe('{"apiKey":"key-1"}');
});

test('a key without a scope may read', async () => {
  const { send } = await world(SERVICE, () => ({ body: { ...GOOD, scope: null } }));
  expect((await send()).exchange.identity?.scopes).toEqual(['read']);
});

test('the service is asked once for a while, also about bad keys', async () => {
  const { clock, asked, send } = await world(SERVICE, ({ body }) => ({
    body: { ...GOOD, isValid: body !== '{"apiKey":"bad"}' },
  }));
  await Promise.all([send(), send()]);
  expect([(await send('bad')).status, (await send('bad')).status, asked.length]).toEqual([401, 401, 2]);
  clock.advance(30_000);
  expect([(await send()).status, (await send('bad')).status, asked.length]).toEqual([200, 401, 4]);
});

test('nobody comes in while the service is down, and the key stands nowhere', async () => {
  const { trial, send } = await world(SERVICE, silent);
  const { status, body, headers, because } = await send('key-of-somebody');
  expect([status, JSON.parse(body).code]).toEqual([503, 'GATEWAY_IDENTITY_UNAVAILABLE']);
  expect(JSON.stringify([trial.logs, body, headers, because])).not.toContain('key-of-somebody');
});

test('the keys of the host itself are good where nothing else is named', async () => {
  const known = { subject: 'svc', scopes: ['runs:read'], claims: { workspace: 'w' } };
  const { send } = await world({}, silent, { verify: async (key) => (key === 'bp_1' ? known : undefined) });
  expect((await send('bp_1')).exchange.identity).toMatchObject({ ...known, scheme: 'api-key' });
  expect((await send('bp_2')).status).toBe(401);
});

test('a key of the host that is withdrawn is good for two seconds more, however often it is shown', async () => {
  let known: object | undefined = { subject: 'svc', scopes: [], claims: {} };
  const { clock, send } = await world({}, silent, { verify: async () => known as never });
  expect((await send()).status).toBe(200);
  known = undefined;
  clock.advance(1_999);
  expect((await send()).status).toBe(200);
  clock.advance(1);
  expect((await send()).status).toBe(401);
});

test('nobody comes in while the host cannot be asked', async () => {
  const { send } = await world({}, silent, { verify: () => Promise.reject(new Error('database down')) });
  expect((await send()).status).toBe(503);
});

test('a listed key is known by its hash', async () => {
  const { send } = await world({ keys: [LISTED] }, silent);
  expect((await send('key-of-ci')).exchange.identity).toMatchObject({
    subject: 'ci',
    scopes: ['deploy'],
    consumer: 'ci',
    claims: { api_key_id: 'ci', tenant: 'acme', scope: 'deploy' },
  });
  expect((await send(LISTED.hash)).status).toBe(401);
});

test('a key comes from where the route says, and does not go on to the upstream', async () => {
  const from = [{ header: 'X-API-Key' }, { query: 'key' }];
  const { trial } = await world({ keys: [LISTED], from }, silent);
  await trial.send({ headers: { 'x-api-key': 'key-of-ci' } });
  await trial.send({ url: '/a?b=1&key=key-of-ci' });
  expect(trial.sent.map(({ path, headers }) => [path, headers])).toEqual([
    ['/', {}],
    ['/a?b=1', {}],
  ]);
  expect((await trial.send(shown('key-of-ci'))).exchange.identity).toBeUndefined();
});

test('a key goes on to the upstream where the route says so', async () => {
  const { trial, send } = await world({ keys: [LISTED], forward: true }, silent);
  await send('key-of-ci');
  expect(trial.sent[0]?.headers['authorization']).toBe('ApiKey key-of-ci');
});

test('a bearer token is none of its business', async () => {
  const { trial } = await world({ keys: [LISTED] }, silent);
  const { status, exchange } = await trial.send({ headers: { authorization: 'Bearer key-of-ci' } });
  expect([status, exchange.identity]).toEqual([200, undefined]);
});

test.each(['', 'x'.repeat(1_025)])('an empty and an oversized key are refused unseen', async (key) => {
  const { asked, send } = await world(SERVICE, () => ({ body: GOOD }));
  const { status, headers } = await send(key);
  expect([status, headers['www-authenticate'], asked.length]).toEqual([401, 'ApiKey', 0]);
});

test.each([
  [{ keys: [{ id: 'a', hash: 'key-in-the-clear' }] }, 'sha256:'],
  [{ keys: [LISTED, LISTED] }, 'each `id` once'],
  [{ keys: [LISTED], ...SERVICE }, 'not together'],
  [{ identityService: { url: 'identity-api' } }, 'url'],
])('the settings %j are refused', async (config, problem) => {
  await expect(world(config, silent)).rejects.toThrow(problem);
});
