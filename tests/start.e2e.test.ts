import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from '../core/storage/embedded/process-identity.ts';
import { checkout, HostHome, type LaunchOptions, npmScript } from './host-process.fixture.ts';

const isRoot = process.getuid?.() === 0;
const STACK = /^ {4}at /m;

test.concurrent('the first start says where it is, its key once, and one curl that runs a real workflow', async ({
  expect,
}) => {
  await using place = new HostHome();
  const ready = join(place.path, 'ready.json');
  const first = await place.start({ args: ['--ready-file', ready], fresh: true });
  const lines = first.stdout.trimEnd().split('\n');
  expect(JSON.parse(readFileSync(ready, 'utf8'))).toEqual(JSON.parse(lines.at(-1)!));
  expect(first.note).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    gatewayUrl: null,
    pid: first.child.pid,
  });
  expect(lines[0]).toContain(first.note.url);
  expect(first.stdout.split(first.key)).toHaveLength(2);

  const curl = lines.find((line) => line.includes('curl '))!;
  const answer = JSON.parse(execFileSync('bash', ['-c', curl], { cwd: checkout, encoding: 'utf8' }));
  expect(answer).toMatchObject({ verdict: 'malicious' });

  const { postgres } = first;
  const { code, stderr } = await first.stop('SIGINT');
  expect([code, stderr]).toEqual([0, '']);
  expect(isAlive(postgres)).toBe(false);
  expect(existsSync(join(place.data, 'host.lock'))).toBe(false);

  const second = await place.start();
  expect(second.stdout).not.toContain(second.key);
  expect(second.stdout).toContain('curl ');
});

test.concurrent('examples that were changed or deleted stay as people left them', async ({ expect }) => {
  await using place = new HostHome();
  const first = await place.start();
  const { body } = await first.api('GET', '/workflows/triage-phishing');
  expect((await first.api('DELETE', '/workflows/sweep-auth-log')).status).toBe(204);
  const source = body.source.replace(/title: .*/, 'title: Mine');
  expect((await first.api('PUT', '/workflows/triage-phishing', { source })).status).toBe(200);
  await first.stop();
  const second = await place.start();
  expect((await second.api('GET', '/workflows/triage-phishing')).body).toMatchObject({ title: 'Mine', version: 2 });
  expect((await second.api('GET', '/workflows/sweep-auth-log')).status).toBe(404);
});

test.concurrent.each([
  ['SIGTERM'],
] as const)('%s ends it with exit code 0 and leaves nothing behind', async (signal) => {
  await using place = new HostHome();
  const host = await place.start();
  const { postgres } = host;
  const begun = performance.now();
  const { code, stderr } = await host.stop(signal);
  expect([code, stderr]).toEqual([0, '']);
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(isAlive(postgres)).toBe(false);
});

test.concurrent('SIGTERM sent to npm alone, which does not pass it on, ends the host all the same', async ({
  expect,
}) => {
  await using place = new HostHome();
  const npm = await place.start({ command: ['npm', 'start', '--'] });
  const { postgres } = npm;
  npm.child.kill('SIGTERM');
  await expect.poll(() => isAlive(npm.note.pid), { timeout: 5_000 }).toBe(false);
  expect(isAlive(postgres)).toBe(false);
});

test.concurrent('Ctrl-C twice is harmless, and one that comes during the start is heeded', async ({ expect }) => {
  await using place = new HostHome();
  const host = await place.start();
  const { postgres } = host;
  host.child.kill('SIGINT');
  const { code, stderr } = await host.stop('SIGINT');
  expect([code, stderr]).toEqual([0, '']);
  expect(isAlive(postgres)).toBe(false);

  const early = place.launch();
  await expect.poll(() => existsSync(join(place.data, 'host.lock')), { interval: 1, timeout: 20_000 }).toBe(true);
  const ended = await early.stop('SIGINT');
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(existsSync(join(place.data, 'host.lock'))).toBe(false);
});

test.concurrent('a reader of its output that goes away does not stop it', async ({ expect }) => {
  await using place = new HostHome();
  const host = await place.start();
  host.child.stdout!.destroy();
  host.child.stderr!.destroy();
  expect((await host.api('POST', '/actions/core.transform.reshape/run', { input: { value: 1 } })).body).toEqual({
    result: 1,
  });
  expect((await host.stop()).code).toBe(0);
});

/** Another Node on the PATH, older than the pinned one but new enough for the first script. */
const olderNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((node) => existsSync(node))
  .find((node) => {
    const major = Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]);
    return major >= 20 && major < 26;
  });

test.skipIf(olderNode === undefined)(
  `an older Node starts it under the pinned one; signals and exit codes pass through (needs a Node 20 to 25 on the PATH)`,
  { concurrent: true },
  async () => {
    await using place = new HostHome();
    const host = await place.start({ command: [olderNode!, npmScript, 'start'] });
    expect(host.note.pid).not.toBe(host.child.pid);
    const refused = await place.launch({ command: [olderNode!, npmScript, 'start'] }).ended;
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('error STORAGE_DATA_IN_USE')]);
    const { code, stderr } = await host.stop('SIGINT');
    expect([code, stderr, isAlive(host.note.pid)]).toEqual([0, '', false]);

    const bin = join(checkout, 'bin', 'backplane.mjs');
    const command = (...args: string[]) => spawnSync(olderNode!, [bin, ...args], { encoding: 'utf8' });
    expect(command('eval', '$' + '{{ 4 / 2 }}', '--nonsense').status).toBe(2);
    expect(command('eval', '$' + '{{ 4 / 2 }}').stdout).toBe('2.0\n');
  },
);

/** Starts programs as `nobody`, if that user can reach this checkout. */
const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const look = `fs.readFileSync(${JSON.stringify(npmScript)})`;
const nobodyReaches = isRoot && spawnSync('env', [...asNobody, process.execPath, '-e', look]).status === 0;

const users: readonly (readonly [string, boolean, readonly string[], number | undefined])[] = [
  [`the user who runs the tests (${isRoot ? 'root' : 'not root'})`, true, [], undefined],
  ['an ordinary user (needs root, setpriv, and a checkout that everybody can read)', nobodyReaches, asNobody, 65_534],
];
for (const [name, possible, prefix, uid] of users) {
  test.runIf(possible)(
    `it runs as ${name}, with its data below a home that nobody else may enter`,
    { concurrent: true },
    async () => {
      await using place = new HostHome();
      if (uid !== undefined) {
        mkdirSync(place.data, { mode: 0o700 });
        for (const path of [place.path, place.data]) chownSync(path, uid, uid);
      }
      chmodSync(place.path, 0o700);
      const options: LaunchOptions = { command: [...prefix, process.execPath, npmScript, 'start'] };
      const host = await place.start(options);
      expect((await host.api('GET', '/workflows')).body.items.length).toBeGreaterThan(0);
      expect((await host.stop()).code).toBe(0);
      const again = await place.start(options);
      expect((await again.readyz()).body).toEqual({ status: 'ready', degraded: [] });
      expect(again.stderr).not.toMatch(STACK);
    },
  );
}
