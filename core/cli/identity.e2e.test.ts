import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'bp-home-'));
let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

interface Done {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function backplane(args: readonly string[], { key = true, input = '' } = {}): Promise<Done> {
  const { BACKPLANE_KEY: _key, ...rest } = process.env;
  const env = { ...rest, BACKPLANE_URL: host.url, BACKPLANE_HOME: home, ...(key && { BACKPLANE_KEY: host.key }) };
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts'), ...args], { env });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk) => (texts.out += chunk));
  child.stderr.on('data', (chunk) => (texts.error += chunk));
  child.stdin.end(input);
  return new Promise((done) => child.once('close', (code) => done({ code, ...texts })));
}

test('an administrator makes an account, its owner signs in, and the session is kept for this user alone', async () => {
  const made = await backplane(['user', 'create', 'ada@example.com', '--admin', '--password'], {
    input: 'correct horse battery\n',
  });
  expect([made.code, made.out]).toEqual([0, 'Created ada@example.com, platform admin.\n']);
  const login = await backplane(['login', '--email', 'ada@example.com'], {
    key: false,
    input: 'correct horse battery\n',
  });
  expect([login.code, login.out]).toEqual([0, expect.stringContaining(`Signed in at ${host.url} as ada@example.com`)]);
  expect(statSync(join(home, 'sessions.json')).mode & 0o777).toBe(0o600);
  expect((await backplane(['whoami'], { key: false })).out).toBe('ada@example.com, platform admin\n');
});

test('whoever has signed in makes a key, which works until it is revoked', async () => {
  const key = (await backplane(['apikey', 'create', 'ci', '--scope', 'run:read'], { key: false })).out.trim();
  expect(key).toMatch(/^bpk_[0-9a-f]{16}_[\w-]{43}$/);
  expect((await backplane(['whoami', '--key', key], { key: false })).out).toBe(
    'ada@example.com, platform admin, by the key ci\n',
  );
  const id = key.split('_')[1]!;
  expect((await backplane(['apikey', 'list'], { key: false })).out).toContain(`${id}  ci  run:read`);
  await backplane(['apikey', 'revoke', id], { key: false });
  expect(await backplane(['whoami', '--key', key], { key: false })).toMatchObject({
    code: 1,
    error: expect.stringContaining('HTTP_UNAUTHENTICATED'),
  });
});

test('signing out ends the session', async () => {
  expect((await backplane(['logout'], { key: false })).code).toBe(0);
  const after = await backplane(['whoami'], { key: false });
  expect([after.out, after.error]).toEqual(['', expect.stringMatching(/API_KEY_MISSING|HTTP_UNAUTHENTICATED/)]);
});

test('a link to set a password is for whoever sends no mail', async () => {
  const { out } = await backplane(['user', 'reset-link', 'ada@example.com', '--json']);
  expect(JSON.parse(out).url).toMatch(/\/console\/sign-in\/new-password\?token=/);
  await backplane(['user', 'passwd', 'ada@example.com'], { input: 'another horse battery\n' });
  const wrong = await backplane(['login', '--email', 'ada@example.com'], {
    key: false,
    input: 'correct horse battery\n',
  });
  expect([wrong.code, wrong.error]).toEqual([1, expect.stringContaining('SIGN_IN_REFUSED')]);
});
