import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPort, silent } from '../../network/local-server.fixture.ts';
import type { Database } from '../../storage/database.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { type CertifiedServer, certifiedServer } from './certified-server.fixture.ts';
import type { ConnectionKey } from './connection-record.ts';
import { type Connections, createConnections } from './connections.ts';
import { plainCipher } from './plain-cipher.fixture.ts';

const WORKSPACE = '00000000-0000-4000-8000-000000000002';
const redirectUri = 'https://flows.example.com/api/integrations/callback';

const held = new AsyncDisposableStack();
let database: Database;
let server: CertifiedServer;
let host: () => Connections;
let connections: Connections;
beforeAll(async () => {
  [database, server] = await Promise.all([embeddedDatabase(), certifiedServer(redirectUri)]);
  held.use(database);
  held.use(server);
  const http = held.use(openPort());
  host = () =>
    createConnections({
      source: database.dataSource,
      cipher: plainCipher,
      http,
      log: silent,
      providers: () => [server.spec],
      clients: {},
    });
  connections = host();
});
afterAll(() => held.disposeAsync());

let environments = 0;
const freshKey = (owner: ConnectionKey['owner'] = 'user'): ConnectionKey => ({
  workspace: WORKSPACE,
  environment: `environment-${++environments}`,
  provider: 'certified',
  owner,
});

/** Sends ada there and back. */
async function consent(key: ConnectionKey, scopes: readonly string[] | null = null) {
  const configured = await connections.configure(key, { client: server.client, scopes }, 'ada');
  const { url, browser } = await connections.begin(configured, { redirectUri, actor: 'ada' });
  const back = (await server.browse(url))!.searchParams;
  const [state, code, error] = [back.get('state')!, back.get('code'), back.get('error')];
  return connections.complete({
    state,
    browser,
    ...(code !== null && { code }),
    ...(error !== null && { error, errorDescription: back.get('error_description')! }),
  });
}

const tokenOf = async (key: ConnectionKey) => (await connections.token(key))!.value;

test('a code with PKCE: the connection stands, its account is known, its token opens what it is for', async () => {
  const key = freshKey();
  const { connection } = await consent(key);
  expect(connection).toMatchObject({
    status: 'connected',
    account: { id: 'ada' },
    refreshable: true,
    grantedScopes: ['openid', 'offline_access', 'read'],
  });
  expect(await server.opens(await tokenOf(key))).toBe(true);
});

test('whoever refuses at the provider is heard', async () => {
  server.allows = false;
  const refused = consent(freshKey());
  await expect(refused).rejects.toMatchObject({
    code: 'CONNECTION_REFUSED',
    message: expect.stringContaining('ada said no'),
  });
  server.allows = true;
});

test('consent is given anew for more scopes', async () => {
  const key = freshKey();
  await consent(key);
  const { connection } = await consent(key, ['openid', 'offline_access', 'read', 'write']);
  expect(connection.grantedScopes).toContain('write');
});

test('a refresh token is used once: of many that ask on two hosts one rotates it, again and again', async () => {
  const key = freshKey();
  const { connection } = await consent(key);
  const hosts = [connections, host()];
  const seen = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const old = (await connections.token(key))!;
    seen.add(old.value);
    const asked = Array.from({ length: 10 }, (_, index) => hosts[index % 2]!.replace(old));
    const fresh = new Set((await Promise.all(asked)).map((token) => token!.value));
    expect(fresh.size).toBe(1);
    const [value] = fresh;
    expect(await server.opens(value!)).toBe(true);
    seen.add(value!);
  }
  expect(seen.size).toBe(4);
  expect((await connections.get(WORKSPACE, connection.id)).status).toBe('connected');
});

test('a refresh token that was used before ends the whole consent at the provider, and the connection says so', async () => {
  const key = freshKey();
  const { connection } = await consent(key);
  // A copy of the row from before, as somebody has it who read the database, or a backup that was put back.
  const [{ payload }] = await database.dataSource.query('SELECT payload FROM connection WHERE id = $1', [
    connection.id,
  ]);
  const { accessToken } = await connections.refresh(WORKSPACE, connection.id);
  await database.dataSource.query('UPDATE connection SET payload = $2 WHERE id = $1', [connection.id, payload]);
  await expect(connections.refresh(WORKSPACE, connection.id)).rejects.toMatchObject({
    code: 'CONNECTION_REAUTH_REQUIRED',
    message: expect.stringContaining('invalid_grant'),
  });
  expect(await server.opens(accessToken!)).toBe(false);
  expect((await connections.get(WORKSPACE, connection.id)).status).toBe('reauth_required');
  expect((await consent(key)).connection.status).toBe('connected');
});

test.each(['client', 'signing'] as const)('an application gets a token of its own: %s', async (kind) => {
  const key = freshKey('service');
  await connections.configure(key, { client: server[kind], scopes: ['read'] }, 'ada');
  const { value, connection } = (await connections.token(key))!;
  expect(value).not.toBe('');
  expect(connection).toMatchObject({ status: 'connected', grantedScopes: ['read'] });
});

test('a wrong secret is refused in the words of the provider', async () => {
  const key = freshKey('service');
  const wrong = { ...server.client, secret: 'not the secret of this client' };
  await connections.configure(key, { client: wrong, scopes: ['read'] }, 'ada');
  await expect(connections.token(key)).rejects.toMatchObject({
    code: 'CONNECTION_TOKEN_REFUSED',
    message: expect.stringContaining('invalid_client'),
  });
});

test('a person types a code on another device, or refuses there', async () => {
  const key = freshKey();
  const configured = await connections.configure(key, { client: server.client }, 'ada');
  const first = await connections.beginDevice(configured);
  expect(first.verificationUri).toBe(`${server.issuer}/device`);
  expect(await connections.pollDevice(configured, first.deviceCode)).toMatchObject({ waiting: true });
  await server.browse(first.verificationUriComplete!);
  const done = await connections.pollDevice(configured, first.deviceCode);
  expect(done).toMatchObject({ connection: { status: 'connected', account: { id: 'ada' } } });
  expect(await server.opens(await tokenOf(key))).toBe(true);
  await expect(connections.pollDevice(configured, first.deviceCode)).rejects.toMatchObject({
    code: 'CONNECTION_TOKEN_REFUSED',
  });

  server.allows = false;
  const second = await connections.beginDevice(configured);
  await server.browse(second.verificationUriComplete!);
  await expect(connections.pollDevice(configured, second.deviceCode)).rejects.toMatchObject({
    code: 'CONNECTION_REFUSED',
  });
  server.allows = true;
});

test('a deleted connection is revoked: its tokens open nothing any more', async () => {
  const key = freshKey();
  const { connection } = await consent(key);
  const value = await tokenOf(key);
  expect(await server.opens(value)).toBe(true);
  expect(await connections.delete(WORKSPACE, connection.id)).toEqual({ revoked: true });
  expect(await server.opens(value)).toBe(false);
});
