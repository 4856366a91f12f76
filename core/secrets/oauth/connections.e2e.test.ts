import { fork } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPort, silent } from '../../network/local-server.fixture.ts';
import type { Database } from '../../storage/database.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { type AuthorizationServer, authorizationServer } from './authorization-server.fixture.ts';
import type { ConnectionKey } from './connection-record.ts';
import { type Connections, createConnections } from './connections.ts';
import { plainCipher } from './plain-cipher.fixture.ts';
import type { Death } from './token-child.fixture.ts';

const WORKSPACE = '00000000-0000-4000-8000-000000000002';
const redirectUri = 'https://flows.example.com/api/integrations/callback';

let database: Database;
beforeAll(async () => {
  database = await embeddedDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

let environments = 0;

/** A provider, and a host that is connected with it in an environment of its own. */
async function place(change: Parameters<typeof authorizationServer>[0] = {}, life = 3600) {
  await using undo = new AsyncDisposableStack();
  const server = undo.use(await authorizationServer(change));
  server.lifeSeconds = life;
  const http = undo.use(openPort());
  const clock = { now: Date.now() };
  const host = () =>
    createConnections({
      source: database.dataSource,
      cipher: plainCipher,
      http,
      log: silent,
      providers: () => [server.spec],
      clients: {},
      now: () => clock.now,
    });
  const key: ConnectionKey = {
    workspace: WORKSPACE,
    environment: `environment-${++environments}`,
    provider: 'acme',
    owner: 'user',
  };
  const connections = host();
  const configured = await connections.configure(key, { client: { id: 'me', secret: 's3:cret/+' } }, 'ada');
  const held = undo.move();
  return { server, connections, host, key, configured, clock, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function connect(connections: Connections, server: AuthorizationServer, key: ConnectionKey) {
  const before = await connections.configure(key, {}, 'ada');
  const { url, browser } = await connections.begin(before, { redirectUri, returnTo: '/console', actor: 'ada' });
  return connections.complete({ ...server.consent(url), browser });
}

test('somebody consents: the code is exchanged with PKCE, the account is known, and no record shows a token', async () => {
  await using here = await place();
  const { connection, returnTo } = await connect(here.connections, here.server, here.key);
  expect(returnTo).toBe('/console');
  expect(connection).toMatchObject({
    status: 'connected',
    account: { id: '7', label: 'ada@example.com' },
    grantedScopes: ['read', 'write'],
    refreshable: true,
  });
  const [call] = here.server.calls;
  expect(call!.form).toMatchObject({ grant_type: 'authorization_code', redirect_uri: redirectUri });
  expect(call!.form['code_verifier']).toMatch(/^[\w-]{43}$/);
  expect(Buffer.from(call!.authorization!.slice(6), 'base64').toString()).toBe('me:s3%3Acret%2F%2B');
  const shown = JSON.stringify(await here.connections.list(WORKSPACE));
  for (const secret of [...here.server.alive, 's3:cret', 'rt-']) expect(shown).not.toContain(secret);
  const stored: object[] = await database.dataSource.query('SELECT * FROM connection');
  for (const token of here.server.alive) expect(JSON.stringify(stored)).not.toContain(token);
});

test('a state is good once, only in the browser in which it was begun, and not for ever', async () => {
  await using here = await place();
  const begun = () => here.connections.begin(here.configured, { redirectUri, actor: 'ada' });
  const refused = expect.objectContaining({ code: 'CONNECTION_STATE_INVALID' });

  const first = await begun();
  const answer = here.server.consent(first.url);
  await expect(here.connections.complete({ ...answer, browser: 'of somebody else' })).rejects.toEqual(refused);
  await expect(here.connections.complete({ ...answer, browser: first.browser })).rejects.toEqual(refused);

  const second = await begun();
  const again = { ...here.server.consent(second.url), browser: second.browser };
  await here.connections.complete(again);
  await expect(here.connections.complete(again)).rejects.toEqual(refused);
  await expect(here.connections.complete({ ...again, state: 'made up' })).rejects.toEqual(refused);

  const third = await begun();
  await database.dataSource.query("UPDATE connection_authorization SET expires_at = now() - interval '1 second'");
  const late = { ...here.server.consent(third.url), browser: third.browser };
  await expect(here.connections.complete(late)).rejects.toEqual(refused);
});

test('a state of one provider is no use for the code of another: the code goes only where it was begun', async () => {
  await using here = await place();
  await using there = await place();
  const begun = await here.connections.begin(here.configured, { redirectUri, actor: 'ada' });
  const { state } = here.server.consent(begun.url);
  const other = await there.connections.begin(there.configured, { redirectUri, actor: 'ada' });
  const { code } = there.server.consent(other.url);
  await expect(here.connections.complete({ state, code, browser: begun.browser })).rejects.toMatchObject({
    code: 'CONNECTION_TOKEN_REFUSED',
  });
  expect(there.server.calls).toEqual([]);
});

test('whoever says no at the provider is told so, and nothing is connected', async () => {
  await using here = await place();
  const { url, browser } = await here.connections.begin(here.configured, { redirectUri, actor: 'ada' });
  const { state } = here.server.consent(url);
  await expect(
    here.connections.complete({ state, browser, error: 'access_denied', errorDescription: 'not today' }),
  ).rejects.toMatchObject({ code: 'CONNECTION_REFUSED', message: expect.stringContaining('not today') });
  expect(await here.connections.token(here.key)).toBeUndefined();
});

test('a token that ends soon is renewed, the new refresh token takes the place of the old one', async () => {
  await using here = await place({}, 120);
  await connect(here.connections, here.server, here.key);
  const first = (await here.connections.token(here.key))!.value;
  here.clock.now += 100_000;
  const second = (await here.connections.token(here.key))!.value;
  here.clock.now += 100_000;
  const third = (await here.connections.token(here.key))!.value;
  expect(new Set([first, second, third]).size).toBe(3);
  const used = here.server.calls.map(({ form }) => form['refresh_token']).filter((token) => token !== undefined);
  expect(new Set(used).size).toBe(used.length);
});

test('of many that need a token at the same time, in one host and in another, one asks for it', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  here.server.lifeSeconds = 3600;
  here.server.delayMs = 200;
  const other = here.host();
  const asked = Array.from({ length: 20 }, (_, index) => (index % 2 ? here.connections : other).token(here.key));
  const tokens = await Promise.all(asked);
  expect(new Set(tokens.map((token) => token!.value)).size).toBe(1);
  expect(here.server.calls.filter(({ form }) => form['grant_type'] === 'refresh_token')).toHaveLength(1);
});

test('a host that is killed while it asks for a token leaves nothing that keeps others waiting for ever', async () => {
  await using here = await place({}, 30);
  const { connection } = await connect(here.connections, here.server, here.key);
  await database.dataSource.query(
    "UPDATE connection SET refreshing_until = now() + interval '1 second' WHERE id = $1",
    [connection.id],
  );
  expect((await here.connections.token(here.key))!.value).toMatch(/^at-/);
});

test('a provider that has ended the consent is asked no more: the connection says that it has to be made anew', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  here.server.instead.push({ status: 400, body: { error: 'invalid_grant', error_description: 'revoked by admin' } });
  const why = { code: 'CONNECTION_REAUTH_REQUIRED', message: expect.stringContaining('revoked by admin') };
  await expect(here.connections.token(here.key)).rejects.toMatchObject(why);
  const calls = here.server.calls.length;
  await expect(here.host().token(here.key)).rejects.toMatchObject(why);
  expect(here.server.calls).toHaveLength(calls);
  const { connection } = await connect(here.connections, here.server, here.key);
  expect(connection).toMatchObject({ status: 'connected' });
  expect(connection).not.toHaveProperty('reason');
});

test('a provider that is down is an error for now: the next one who asks after a rest gets a token', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  here.server.lifeSeconds = 3600;
  here.server.instead.push({ status: 503, body: 'down for maintenance', type: 'text/plain' });
  await expect(here.connections.token(here.key)).rejects.toMatchObject({ code: 'CONNECTION_ANSWER_INVALID' });
  const [record] = (await here.connections.list(WORKSPACE)).filter(({ id }) => id === here.configured.id);
  expect(record).toMatchObject({ status: 'error', reason: expect.stringContaining('503') });
  here.clock.now += 11_000;
  expect((await here.connections.token(here.key))!.value).toMatch(/^at-/);
});

test('an application gets its own token without anybody consenting', async () => {
  await using here = await place();
  const key: ConnectionKey = { ...here.key, owner: 'service' };
  await here.connections.configure(key, { client: { id: 'me', secret: 'x' }, scopes: ['read'] }, 'ada');
  const token = await here.connections.token(key);
  expect(here.server.alive).toContain(token!.value);
  expect(here.server.calls.at(-1)!.form).toEqual({ grant_type: 'client_credentials', scope: 'read' });
});

test('a person types a code on another device', async () => {
  await using here = await place();
  const code = await here.connections.beginDevice(here.configured);
  expect(code).toMatchObject({ userCode: 'ABCD-EFGH', everyMs: 1000 });
  expect(await here.connections.pollDevice(here.configured, code.deviceCode)).toEqual({ waiting: true, slower: false });
  here.server.typed = true;
  expect(await here.connections.pollDevice(here.configured, code.deviceCode)).toMatchObject({
    connection: { status: 'connected' },
  });
});

test('a code that nobody typed in time, and a person who said no, end the asking', async () => {
  await using here = await place();
  const { deviceCode } = await here.connections.beginDevice(here.configured);
  here.server.instead.push({ status: 400, body: { error: 'expired_token' } });
  await expect(here.connections.pollDevice(here.configured, deviceCode)).rejects.toMatchObject({
    code: 'CONNECTION_DEVICE_EXPIRED',
  });
  here.server.instead.push({ status: 400, body: { error: 'access_denied' } });
  await expect(here.connections.pollDevice(here.configured, deviceCode)).rejects.toMatchObject({
    code: 'CONNECTION_REFUSED',
  });
});

test('what a provider does not offer is said before anything is stored', async () => {
  await using here = await place({ grants: ['authorization_code'] });
  const service = here.connections.configure({ ...here.key, owner: 'service' }, {}, 'ada');
  await expect(service).rejects.toMatchObject({ code: 'CONNECTION_GRANT_UNSUPPORTED' });
  await expect(here.connections.beginDevice(here.configured)).rejects.toMatchObject({
    code: 'CONNECTION_GRANT_UNSUPPORTED',
  });
});

test('a service account asks with an assertion of its own, signed with its private key', async () => {
  await using here = await place({ serviceGrant: 'jwt_bearer', clientAuth: 'post' });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key: ConnectionKey = { ...here.key, owner: 'service' };
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await here.connections.configure(key, { client: { id: 'robot@acme.test', secret } }, 'ada');
  here.server.instead.push({ status: 200, body: { access_token: 'at-robot', expires_in: 60 } });
  expect((await here.connections.token(key))!.value).toBe('at-robot');
  const { form } = here.server.calls.at(-1)!;
  expect(form['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [head, claims, signature] = form['assertion']!.split('.') as [string, string, string];
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    iss: 'robot@acme.test',
    aud: here.server.spec.endpoints.token,
    scope: 'read write',
  });
  const genuine = verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
  expect(genuine).toBe(true);
});

test('after the vendor refused a token, one other is got, however many were refused', async () => {
  await using here = await place();
  await connect(here.connections, here.server, here.key);
  const old = (await here.connections.token(here.key))!;
  const others = await Promise.all([1, 2, 3].map(() => here.connections.replace(old)));
  expect(new Set(others.map((token) => token!.value)).size).toBe(1);
  expect(others[0]!.value).not.toBe(old.value);
});

test('a deleted connection is revoked at the provider and gone here', async () => {
  await using here = await place();
  const { connection } = await connect(here.connections, here.server, here.key);
  const { value } = (await here.connections.token(here.key))!;
  expect(await here.connections.delete(WORKSPACE, connection.id)).toEqual({ revoked: true });
  expect(here.server.revoked).toContain(value);
  expect(here.server.revoked.some((token) => token.startsWith('rt-'))).toBe(true);
  expect(await here.connections.token(here.key)).toBeUndefined();
  await expect(here.connections.delete(WORKSPACE, connection.id)).rejects.toMatchObject({
    code: 'CONNECTION_NOT_FOUND',
  });
});

test('of another workspace a connection is as if it did not exist', async () => {
  await using here = await place();
  const other = '00000000-0000-4000-8000-00000000000f';
  await expect(here.connections.get(other, here.configured.id)).rejects.toMatchObject({ code: 'CONNECTION_NOT_FOUND' });
  await expect(here.connections.delete(other, here.configured.id)).rejects.toMatchObject({
    code: 'CONNECTION_NOT_FOUND',
  });
  expect(await here.connections.list(other)).toEqual([]);
});

test.each([
  [
    'that tokens stand deeper in',
    { tokens: { at: 'authed_user' } },
    { ok: true, authed_user: { access_token: 'xoxp-1', scope: 'a,b' } },
  ],
  ['a form for an answer', {}, 'access_token=gho_1&scope=repo%2Cgist&token_type=bearer'],
])('a provider may have its own ways: %s', async (_what, change, body) => {
  await using here = await place(change as Parameters<typeof authorizationServer>[0]);
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  here.server.instead.push({ status: 200, body, type });
  const { connection } = await connect(here.connections, here.server, here.key);
  expect(connection.status).toBe('connected');
  expect(connection.grantedScopes).toHaveLength(2);
});

test.each([
  ['no token', { token_type: 'Bearer' }],
  ['a token with a line break', { access_token: 'a\r\nX-Evil: 1' }],
  ['a proof-of-possession token', { access_token: 'abc', token_type: 'DPoP' }],
  ['a list', []],
])('an answer with %s is refused, and its text is in no error', async (_what, body) => {
  await using here = await place();
  const { url, browser } = await here.connections.begin(here.configured, { redirectUri, actor: 'ada' });
  here.server.instead.push({ status: 200, body });
  const error = await here.connections.complete({ ...here.server.consent(url), browser }).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'CONNECTION_ANSWER_INVALID' });
  expect(JSON.stringify(error)).not.toContain('Evil');
});

/** A host in a process of its own, ready to go. */
async function child(server: AuthorizationServer, work: object, death: Death = 'never') {
  const given = [database.url, JSON.stringify(server.spec), JSON.stringify(work), death];
  const process = fork(new URL('token-child.fixture.ts', import.meta.url), given);
  await once(process, 'message');
  return process;
}

test('two processes that need a token at the same moment ask for it once', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  here.server.lifeSeconds = 3600;
  here.server.delayMs = 300;
  const children = await Promise.all([1, 2].map(() => child(here.server, { key: here.key })));
  const answers = children.map((one) => once(one, 'message'));
  for (const one of children) one.send('go');
  const tokens = (await Promise.all(answers)).map(([token]) => token as string);
  expect(tokens[0]).toMatch(/^at-/);
  expect(tokens[1]).toBe(tokens[0]);
  expect(here.server.calls.filter(({ form }) => form['grant_type'] === 'refresh_token')).toHaveLength(1);
  for (const one of children) one.kill();
});

async function killed(server: AuthorizationServer, work: object, death: Death): Promise<void> {
  const process = await child(server, work, death);
  process.send('go');
  const [, signal] = await once(process, 'exit');
  expect(signal).toBe('SIGKILL');
}

/** The time that the lease of a dead host still has, over at once. */
const afterTheLease = () =>
  database.dataSource.query(
    "UPDATE connection SET refreshing_until = now() - interval '1 second' WHERE refreshing_until IS NOT NULL",
  );

test('a host killed before it asks for a token leaves the work to the next one', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  await killed(here.server, { key: here.key }, 'before the exchange');
  await afterTheLease();
  expect((await here.connections.token(here.key))!.value).toMatch(/^at-/);
  expect(await here.connections.get(WORKSPACE, here.configured.id)).toMatchObject({ status: 'connected' });
});

test('a host killed between getting new tokens and storing them: the next one is told by the provider, and says that a person is needed', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  await killed(here.server, { key: here.key }, 'before storing');
  expect(here.server.calls.filter(({ form }) => form['grant_type'] === 'refresh_token')).toHaveLength(1);
  await afterTheLease();
  await expect(here.connections.token(here.key)).rejects.toMatchObject({ code: 'CONNECTION_REAUTH_REQUIRED' });
  expect(await here.connections.get(WORKSPACE, here.configured.id)).toMatchObject({
    status: 'reauth_required',
    reason: expect.stringContaining('invalid_grant'),
  });
  const { connection } = await connect(here.connections, here.server, here.key);
  expect(connection.status).toBe('connected');
});

test('a host killed between getting new tokens and storing them: where the provider still takes the old refresh token, nobody notices', async () => {
  await using here = await place({}, 30);
  await connect(here.connections, here.server, here.key);
  here.server.instead.push({ status: 200, body: { access_token: 'at-lost', expires_in: 3600 } });
  await killed(here.server, { key: here.key }, 'before storing');
  await afterTheLease();
  expect((await here.connections.token(here.key))!.value).toMatch(/^at-/);
  expect(await here.connections.get(WORKSPACE, here.configured.id)).toMatchObject({ status: 'connected' });
});

test('a host killed between the exchange of a code and storing: the consent is begun anew, and the code is no use to others', async () => {
  await using here = await place();
  const { url, browser } = await here.connections.begin(here.configured, { redirectUri, actor: 'ada' });
  const answer = { ...here.server.consent(url), browser };
  await killed(here.server, { key: here.key, answer }, 'before storing');
  expect(await here.connections.get(WORKSPACE, here.configured.id)).toMatchObject({ status: 'configured' });
  await expect(here.connections.complete(answer)).rejects.toMatchObject({ code: 'CONNECTION_STATE_INVALID' });
  expect(await here.connections.token(here.key)).toBeUndefined();
  const { connection } = await connect(here.connections, here.server, here.key);
  expect(connection.status).toBe('connected');
});
