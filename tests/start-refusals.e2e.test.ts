import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../core/storage/database.ts';
import { databases, embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { HostHome, type LaunchOptions } from './host-process.fixture.ts';

let server: Database;
beforeAll(async () => {
  server = await embeddedDatabase();
});
afterAll(() => server[Symbol.asyncDispose]());

/** How a start that must fail ends, mostly before there is a database: its exit code, and its coded error, which is all that it says. */
async function refusal(place: HostHome, options?: LaunchOptions): Promise<{ code: number | null; error: string }> {
  const { code, stdout, stderr } = await place.launch({ fresh: true, ...options }).ended;
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error [A-Z_]+: [\s\S]+\n {2}→ .+\n$/);
  expect(stderr).not.toMatch(/^ {4}at /m);
  return { code, error: stderr };
}

for (const [name, open] of databases) {
  test(`DATABASE_URL: it works on the ${name}, and starts none of its own`, { concurrent: true }, async () => {
    await using database = await open();
    await using place = new HostHome();
    const host = await place.start({ env: { DATABASE_URL: database.url } });
    const { body } = await host.api('POST', '/actions/core.transform.reshape/run', { input: { value: 1 } });
    expect(body).toEqual({ result: 1 });
    expect(existsSync(join(place.data, 'postgres'))).toBe(false);
    expect(await host.stop()).toMatchObject({ code: 0, stderr: '' });
  });
}

test.concurrent('a second host on the same data folder ends with an error, and the first goes on', async () => {
  await using place = new HostHome();
  const first = await place.start();
  const { code, error } = await refusal(place);
  expect([code, error]).toEqual([1, expect.stringContaining('STORAGE_DATA_IN_USE')]);
  expect(error).toContain(`process ${first.note.pid}`);
  expect((await first.readyz()).status).toBe(200);
  expect((await first.api('GET', '/runs')).status).toBe(200);
});

test.concurrent.each<[string, (url: string) => string, string]>([
  ['a wrong password', (url) => url.replace(/:[0-9a-f]+@/, ':Secret-Of-Mine@'), 'STORAGE_PASSWORD_WRONG'],
  ['a missing database', (url) => url.replace('/postgres?', '/absent?'), 'STORAGE_DATABASE_MISSING'],
  ['no server there', () => 'postgresql://me:Secret-Of-Mine@127.0.0.1:1/x', 'STORAGE_UNREACHABLE'],
  ['an unknown server', () => 'postgresql://me:Secret-Of-Mine@db.invalid/x', 'STORAGE_UNREACHABLE'],
  ['no URL', () => 'Secret-Of-Mine', 'STORAGE_URL_INVALID'],
])('DATABASE_URL with %s: a coded error that keeps the password to itself', async (_, urlOf, expected) => {
  await using place = new HostHome();
  const url = urlOf(server.url);
  const { code, error } = await refusal(place, { env: { DATABASE_URL: url } });
  expect([code, error]).toEqual([1, expect.stringContaining(`error ${expected}: `)]);
  expect(error).not.toContain('Secret-Of-Mine');
  expect(error).not.toContain(/:([0-9a-f]{20,})@/.exec(server.url)![1]);
});

test.concurrent('a port that is taken', async () => {
  await using other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await using place = new HostHome();
  const { code, error } = await refusal(place, { args: ['--port', String(port)], fresh: false });
  expect([code, error]).toEqual([1, expect.stringContaining(`SERVER_PORT_IN_USE: Port ${port}`)]);
  expect(existsSync(join(place.data, 'host.lock'))).toBe(false);
  expect(existsSync(join(place.data, 'postgres', 'postmaster.pid'))).toBe(false);
});

test.concurrent.each(['80a', '-1', '65536', '', '1.5'])('--port %j', async (port) => {
  await using place = new HostHome();
  expect(await refusal(place, { args: [`--port=${port}`] })).toEqual({
    code: 2,
    error: expect.stringContaining('error USAGE: --port'),
  });
});

test.concurrent('mistakes in backplane.yaml, all at once, each with its place', async () => {
  await using place = new HostHome({
    'config/backplane.yaml':
      'server:\n  prot: 8080\n  maxBodyBytes: lots\nlog: { level: loud }\nvariables: { token: "${env:NOT_THERE}" }\n',
  });
  const { code, error } = await refusal(place);
  expect(code).toBe(2);
  expect(error).toContain('CONFIG_INVALID');
  for (const found of [':2:3: ', ':3:17: ', ':4:15: ', ':5:21: ']) expect(error).toContain(`backplane.yaml${found}`);
  expect(error).toContain('`port`');
  expect(existsSync(place.data)).toBe(false);
});

test.concurrent('mistakes in plugins.yaml, all at once, each with its place', async () => {
  await using place = new HostHome({
    'config/plugins.yaml': 'plugins:\n  Acme: {}\n  http: { enabeld: false }\n  script: { use: nowhere }\n',
  });
  const { code, error } = await refusal(place);
  expect([code, error]).toEqual([2, expect.stringContaining('CONFIG_INVALID')]);
  for (const found of [':2:3: ', ':3:11: ', ':4:18: ']) expect(error).toContain(`plugins.yaml${found}`);
});

test.concurrent('YAML that cannot be read, and a folder that is not there', async () => {
  await using place = new HostHome({ 'config/backplane.yaml': 'server: [\n' });
  const broken = await refusal(place);
  expect(broken).toEqual({ code: 2, error: expect.stringMatching(/CONFIG_INVALID[\s\S]*backplane\.yaml:\d+:\d+: /) });
  const nowhere = await refusal(place, { args: ['--config', '/nowhere/at-all'] });
  expect(nowhere).toEqual({ code: 2, error: expect.stringContaining('CONFIG_MISSING') });
});

test.concurrent('a data folder or a ready file where nothing can be written', async () => {
  await using place = new HostHome({ file: 'not a folder' });
  const below = join(place.path, 'file', 'below');
  for (const args of [
    ['--data', below],
    ['--ready-file', below],
    ['--data', '/dev/null/data'],
  ]) {
    const { code, error } = await refusal(place, { args });
    expect([code, error]).toEqual([2, expect.stringContaining(`error CONFIG_PATH_UNUSABLE: The`)]);
    expect(error).toContain(args[1]);
  }
});

/** Root may write everywhere; a user who owns nothing there may not. */
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const nobodyRuns =
  process.getuid?.() === 0 && spawnSync('env', [...nobody, process.execPath, '-e', '0'], { cwd: '/' }).status === 0;
test.runIf(nobodyRuns)('a data folder of another user (needs root and setpriv)', { concurrent: true }, async () => {
  await using place = new HostHome();
  mkdirSync(place.data, { mode: 0o755 });
  chmodSync(place.path, 0o755);
  const { command } = {
    command: [...nobody, process.execPath, join(import.meta.dirname, '..', 'bin', 'npm-script.mjs'), 'start'],
  };
  const { code, error } = await refusal(place, { command });
  expect([code, error]).toEqual([2, expect.stringContaining('CONFIG_PATH_UNUSABLE: The data folder')]);
  expect(error).toContain('EACCES');
});
