import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpstream, type TestUpstream } from '../core/gateway/gateway.fixture.ts';
import { checkout, HostHome, type HostProcess } from './host-process.fixture.ts';

/** One host whose gateway knows the keys and sessions of the host itself. */
let home: HostHome;
let host: HostProcess;
let up: TestUpstream;

const PASSWORD = 'correct horse battery staple';
const headers = '{ X-User-Id: sub, X-Email: email, X-Name: name, X-Roles: roles, X-Workspace: workspace }';
const routes = (port: number) => `authentication:
  Key: { type: api-key }
  Session: { type: api-key, from: [{ header: authorization, prefix: Bearer }, { cookie: backplane }] }
authenticate: [Key, Session]
upstreams: { up: { targets: ['http://127.0.0.1:${port}'] } }
routes:
  - { path: /who, to: up, policies: [{ claims: { headers: ${headers} } }] }
  - { path: /runs, to: up, policies: [{ claims: { scopes: ['run:read'] } }] }
  - { path: /audit, to: up, policies: [{ claims: { scopes: ['audit:read'] } }] }
  - { path: /admins, to: up, policies: [{ claims: { require: { roles: platform-admin } } }] }
  - { path: /open, to: up, authenticate: none, policies: [{ claims: { headers: { X-User-Id: sub } } }] }
`;

beforeAll(async () => {
  up = await startUpstream((_message, response) => response.end('ok'));
  home = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, workers: 2, drainSeconds: 1 }\n',
    'config/gateway/routes.yaml': routes(up.port),
  });
  host = await home.start();
}, 60_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await up?.[Symbol.asyncDispose]();
});

/** Status, code and the headers that the service saw. */
async function ask(path: string, shown: Record<string, string> = {}) {
  const before = up.seen.length;
  const answer = await fetch(`${host.note.gatewayUrl}${path}`, { headers: { ...shown, connection: 'close' } });
  const text = await answer.text();
  const raw = up.seen[before]?.rawHeaders ?? [];
  const seen = Object.fromEntries(
    raw.flatMap((name, at) => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1]!]] : [])),
  );
  return { status: answer.status, code: text === 'ok' ? undefined : (JSON.parse(text).code as string), seen };
}
const statusOf = async (path: string, shown: Record<string, string>) => (await ask(path, shown)).status;
const key = (text: string) => ({ authorization: `ApiKey ${text}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function backplane(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['core/main.ts', ...args, '--url', host.note.url, '--key', host.key], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const piece of child.stdout) text += piece;
  return text.trim();
}

async function newService(name: string, role: string, ...scopes: readonly string[]) {
  const { body } = await host.api('POST', '/service-accounts', { name });
  expect((await host.api('PUT', '/members', { service: name, role })).status).toBe(200);
  const made = JSON.parse(
    await backplane(
      'apikey',
      'create',
      name,
      '--service',
      name,
      '--json',
      ...scopes.flatMap((scope) => ['--scope', scope]),
    ),
  );
  return { id: body.id as string, keyId: made.id as string, key: made.key as string };
}

async function newSession(email: string) {
  const { body: user } = await host.api('POST', '/users', { email, password: PASSWORD });
  const login = await fetch(`${host.note.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return { id: user.id as string, token: ((await login.json()) as { token: string }).token };
}

test('a key made with `apikey create` comes in; its claims become headers and the key itself stays behind', async () => {
  const robot = await newService('robot', 'editor');
  const { status, seen } = await ask('/who', {
    ...key(robot.key),
    'x-user-id': 'root',
    'x-roles': 'owner',
    x_roles: 'owner',
  });
  expect(status).toBe(200);
  expect(seen).toMatchObject({
    'x-user-id': robot.id,
    'x-name': 'robot',
    'x-roles': 'editor',
    'x-workspace': expect.stringMatching(/.+/),
  });
  expect(JSON.stringify(seen)).not.toContain(robot.key);
  for (const absent of ['authorization', 'x_roles', 'x-email']) expect(seen).not.toHaveProperty(absent);
  expect(host.stderr).not.toContain(robot.key);
});

test('a key may do what it says of what its owner may; anything else is 403', async () => {
  const reader = await newService('reader', 'editor', 'run:read');
  const mixed = await newService('mixed', 'viewer', 'run:read', 'audit:read');
  expect(await ask('/runs', key(reader.key))).toMatchObject({ status: 200 });
  expect(await ask('/audit', key(reader.key))).toMatchObject({ status: 403, code: 'GATEWAY_SCOPE_MISSING' });
  expect([await statusOf('/runs', key(mixed.key)), await statusOf('/audit', key(mixed.key))]).toEqual([200, 403]);
  expect(await ask('/admins', key(reader.key))).toMatchObject({ status: 403, code: 'GATEWAY_CLAIM_MISSING' });
});

test('who shows nothing, something made up, or the admin key in its place does not come in', async () => {
  const before = up.seen.length;
  const made = `bpk_${'0'.repeat(16)}_${'a'.repeat(43)}`;
  for (const shown of [
    {},
    key(made),
    key('nonsense'),
    key(host.key),
    bearer(made),
    bearer(host.key),
    { cookie: 'backplane=made-up' },
  ])
    expect(await statusOf('/who', shown as Record<string, string>)).toBe(401);
  expect(up.seen).toHaveLength(before);
  expect((await ask('/open', { 'x-user-id': 'root' })).seen).not.toHaveProperty('x-user-id');
});

test('a key that is revoked, or whose owner is switched off, is worth nothing two seconds later', async () => {
  const gone = await newService('gone', 'editor');
  const off = await newService('off', 'editor');
  expect([await statusOf('/runs', key(gone.key)), await statusOf('/runs', key(off.key))]).toEqual([200, 200]);
  await backplane('apikey', 'revoke', gone.keyId);
  expect((await host.api('PATCH', '/service-accounts/off', { status: 'disabled' })).status).toBeLessThan(300);
  // Both workers are met.
  const eachOften = () =>
    Promise.all([gone, off, gone, off, gone, off, gone, off].map((one) => statusOf('/runs', key(one.key))));
  await expect.poll(eachOften, { timeout: 4_000 }).toEqual(Array.from({ length: 8 }, () => 401));
});

test('a role that is taken away takes its scopes with it', async () => {
  const fallen = await newService('fallen', 'editor');
  expect(await statusOf('/runs', key(fallen.key))).toBe(200);
  expect((await host.api('DELETE', '/members/fallen')).status).toBeLessThan(300);
  await expect.poll(() => statusOf('/runs', key(fallen.key)), { timeout: 4_000 }).toBe(403);
});

test('a key of a person is that person, until the account is gone', async () => {
  const eve = await newSession('eve@example.com');
  await host.api('PUT', '/members', { user: 'eve@example.com', role: 'editor' });
  const made = await backplane('apikey', 'create', 'laptop', '--user', 'eve@example.com', '--scope', 'run:*');
  const { status, seen } = await ask('/who', key(made));
  expect([status, seen['x-user-id'], seen['x-email']]).toEqual([200, eve.id, 'eve@example.com']);
  expect([await statusOf('/runs', key(made)), await statusOf('/audit', key(made))]).toEqual([200, 403]);
  await host.api('DELETE', `/users/${eve.id}`);
  await expect.poll(() => statusOf('/who', key(made)), { timeout: 4_000 }).toBe(401);
});

test('a session of somebody who signed in comes in, by header and by cookie, until it ends', async () => {
  const ada = await newSession('ada@example.com');
  await host.api('PUT', '/members', { user: 'ada@example.com', role: 'viewer' });
  for (const shown of [bearer(ada.token), { cookie: `theme=dark; backplane=${ada.token}` }]) {
    const { status, seen } = await ask('/who', shown);
    expect([status, seen['x-user-id'], seen['x-email'], seen['x-roles']]).toEqual([
      200,
      ada.id,
      'ada@example.com',
      'organization-member,viewer',
    ]);
    expect(JSON.stringify(seen)).not.toContain(ada.token);
  }
  expect([await statusOf('/runs', bearer(ada.token)), await statusOf('/audit', bearer(ada.token))]).toEqual([200, 403]);
  const { status } = await fetch(`${host.note.url}/api/auth/logout`, { method: 'POST', headers: bearer(ada.token) });
  expect(status).toBeLessThan(300);
  await expect.poll(() => statusOf('/who', bearer(ada.token)), { timeout: 4_000 }).toBe(401);
});
