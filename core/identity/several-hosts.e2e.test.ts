import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noMemberships } from '../access/membership-port.ts';
import { authConfigSchema } from '../config/auth-config.ts';
import type { Database } from '../storage/database.ts';
import { createKeyValueStore } from '../storage/postgres-key-value-store.ts';
import { embeddedDatabase, temporaryFolder } from '../storage/test-database.fixture.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type Identity, openIdentity } from './open-identity.ts';
import { createAttempts } from './passwords/attempts.ts';

let database: Database;
let one: Identity;
let two: Identity;

function host(): Identity {
  return openIdentity({
    config: authConfigSchema.parse(undefined),
    database,
    keyValues: createKeyValueStore(database.dataSource),
    root: 'r'.repeat(43),
    http: { send: () => Promise.reject(new Error('nothing is sent')) },
    memberships: noMemberships,
    audit: { add: async () => undefined },
    log: createLogger('silent'),
    isSetupKey: () => false,
    baseUrl: () => 'http://127.0.0.1:8080',
  });
}

beforeAll(async () => {
  database = await embeddedDatabase();
  [one, two] = [host(), host()];
});
afterAll(async () => {
  one[Symbol.dispose]();
  two[Symbol.dispose]();
  await database[Symbol.asyncDispose]();
});

let count = 0;
async function signedIn() {
  const email = `user${++count}@example.com`;
  const user = await one.users.create({ email, name: 'X', platformRole: 'basic', emailVerified: true });
  const session = await one.sessions.create({ user: user.id, way: 'basic', address: '', agent: '' });
  const fromMemory = async () => {
    await two.sessions.prove(session.token);
    return !(two.sessions.prove(session.token) instanceof Promise);
  };
  await expect.poll(fromMemory).toBe(true);
  return { user, ...session };
}
const isKnown = (token: string) =>
  expect.poll(async () => (await two.sessions.prove(token)) !== undefined, { interval: 5 });

test('a session that one host ends is over on the others, which had it in memory', async () => {
  const { id, token } = await signedIn();
  await one.sessions.end(id);
  await isKnown(token).toBe(false);
});

test('what a provider ends is that session of that person, and any of theirs that it did not name', async () => {
  const { user } = await signedIn();
  const from = async (subject: string, session?: string) => {
    const provider = { issuer: 'https://op.example', subject, ...(session !== undefined && { session }) };
    const made = await one.sessions.create({ user: user.id, way: 'oidc:op', address: '', agent: '', provider });
    return made.id;
  };
  const all = {
    named: await from('ada', 's1'),
    other: await from('ada', 's2'),
    unnamed: await from('ada'),
    eve: await from('eve', 's1'),
  };
  const left = async () => {
    const ids = (await one.sessions.list(user.id)).map(({ id }) => id);
    return Object.keys(all).filter((name) => ids.includes(all[name as keyof typeof all]));
  };
  expect(await one.sessions.endOfProvider({ issuer: 'https://other.example', subject: 'ada' })).toBe(0);
  expect(await one.sessions.endOfProvider({ issuer: 'https://op.example' })).toBe(0);
  await one.sessions.endOfProvider({ issuer: 'https://op.example', subject: 'ada', session: 's1' });
  expect(await left()).toEqual(['other', 'eve']);
  await one.sessions.endOfProvider({ issuer: 'https://op.example', session: 's1' });
  expect(await left()).toEqual(['other']);
  await one.sessions.endOfProvider({ issuer: 'https://op.example', subject: 'ada' });
  expect(await left()).toEqual([]);
});

test('whoever is switched off is out on every host, whatever program did it', async () => {
  const { user, token } = await signedIn();
  await database.dataSource.query("UPDATE user_account SET status = 'disabled' WHERE id = $1", [user.id]);
  await isKnown(token).toBe(false);
});

test('a new role is known on every host', async () => {
  const { user, token } = await signedIn();
  await one.users.change(user.id, { platformRole: 'admin' });
  await expect.poll(async () => (await two.sessions.prove(token))?.platformRole, { interval: 5 }).toBe('admin');
});

test('what another host signs with its new key is known', async () => {
  const { user } = await signedIn();
  await one.sessionKeys.rotate();
  const { token } = await one.sessions.create({ user: user.id, way: 'basic', address: '', agent: '' });
  await expect.poll(async () => (await two.sessions.prove(token)) !== undefined, { timeout: 5_000 }).toBe(true);
});

test('a revoked or expired key is worth nothing on any host', async () => {
  const { user } = await signedIn();
  const owner = { user: user.id };
  const [made, expired] = [
    await one.keys.create({ owner, name: 'a', by: 'x' }),
    await one.keys.create({ owner, name: 'b', by: 'x', expiresAt: new Date(Date.now() - 1) }),
  ];
  expect([await two.keys.prove(made.key), await two.keys.prove(expired.key)]).toMatchObject([
    { id: user.id },
    undefined,
  ]);
  await one.keys.revoke(made.id);
  await expect.poll(async () => two.keys.prove(made.key), { interval: 5 }).toBeUndefined();
});

test('a service account acts by its key, until it is switched off', async () => {
  const [{ id }] = await database.dataSource.query(
    "INSERT INTO service_account (id, organization_id, name, status) VALUES (gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'ci', 'active') RETURNING id",
  );
  const { key } = await one.keys.create({ owner: { service: id }, name: 'a', by: 'x', scopes: ['run:read'] });
  expect(await two.keys.prove(key)).toMatchObject({ kind: 'service', name: 'ci', key: { scopes: ['run:read'] } });
  await database.dataSource.query("UPDATE service_account SET status = 'disabled' WHERE id = $1", [id]);
  await expect.poll(async () => two.keys.prove(key), { interval: 5 }).toBeUndefined();
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

test.skipIf(!hasRedis)('hosts with one Redis count attempts together', async () => {
  await using folder = await temporaryFolder();
  const socket = join(folder.path, 'redis.sock');
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder.path], {
    stdio: 'ignore',
  });
  await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true);
  const clients = [new Redis(socket), new Redis(socket)];
  const hosts = clients.map((redis) => createAttempts({ redis, wait: async () => undefined }));
  for (let attempt = 0; attempt < 5; attempt++) await hosts[attempt % 2]!.begin('ada', '1.1.1.1');
  await expect(hosts[1]!.begin('ada', '1.1.1.1')).rejects.toMatchObject({ code: 'SIGN_IN_LOCKED' });
  for (const client of clients) client.disconnect();
  server.kill();
});
