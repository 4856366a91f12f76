import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'vitest';
import { pluginCode } from '../core/plugins/plugin-home.fixture.ts';
import { checkout, HostHome } from './host-process.fixture.ts';

/** Hosts and command lines share two cores with everything else that is tested. */
const PATIENCE = { timeout: 20_000 };

function homeWith(...ids: readonly string[]): HostHome {
  const place = new HostHome({ 'config/plugins.yaml': '# nothing yet\nplugins: {}\n' });
  for (const id of ids) {
    const contributes = { actions: [`tools.${id}.act`] };
    const base = { id, version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts' };
    const manifest = { ...base, tier: 'trusted', contributes };
    place.write(`plugins-local/${id}/plugin.json`, JSON.stringify(manifest));
    place.write(`plugins-local/${id}/index.ts`, pluginCode(id));
  }
  return place;
}

function cli(place: HostHome, ...args: readonly string[]) {
  const where = ['--config', join(place.path, 'config'), '--data', place.data];
  if (args[0] !== 'show') where.push('--by', 'ada');
  const { stdout, stderr, status } = spawnSync(process.execPath, ['core/main.ts', 'plugin', ...args, ...where], {
    cwd: checkout,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

const lockOf = (place: HostHome) => JSON.parse(readFileSync(join(place.path, 'config/plugins.lock'), 'utf8'));

test('plugins are added to, switched off in and taken out of a running host from the command line', async ({
  expect,
}) => {
  await using place = homeWith('acme');
  const host = await place.start();
  const call = () => host.api('POST', '/actions/tools.acme.act/run', { input: {} });
  expect((await call()).status).toBe(404);

  expect(cli(place, 'add', 'folder:plugins-local/acme', '--id', 'acme', '--trust')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('acme: add 1.0.0: done'),
  });
  expect((await call()).body).toEqual({ result: 'done' });
  expect(readFileSync(join(place.path, 'config/plugins.yaml'), 'utf8')).toContain('# nothing yet');
  expect(lockOf(place).plugins.acme).toMatchObject({ current: '1.0.0' });

  expect(cli(place, 'disable', 'acme').stdout).toContain('disable');
  expect((await call()).status).toBe(404);
  expect(cli(place, 'enable', 'acme').stdout).toContain('done');
  expect((await call()).status).toBe(200);
  expect(cli(place, 'remove', 'acme').stdout).toContain('remove');
  expect((await call()).status).toBe(404);
  expect(lockOf(place).plugins).toEqual({});
  await expect
    .poll(async () => {
      const { items } = (await host.api('GET', '/plugins/acme/events')).body;
      return items.map(({ to, action, by }: Record<string, string>) => to ?? `${action} by ${by}`);
    }, PATIENCE)
    .toEqual(expect.arrayContaining(['stopped', 'remove by ada', 'disable by ada', 'active', 'add by ada']));
}, 90_000);

test('a changed plugins.yaml is applied by itself and by SIGHUP; one with mistakes changes nothing', async ({
  expect,
}) => {
  await using place = homeWith('acme', 'beta');
  const host = await place.start();
  const states = async () =>
    (await host.api('GET', '/plugins')).body.items
      .filter(({ id, state }: Record<string, string>) => /acme|beta/.test(id!) && state !== 'discovered')
      .map(({ id, state }: Record<string, string>) => `${id} ${state}`);
  place.write('config/plugins.yaml', 'plugins: { acme: {} }\ntrust: [acme]\n');
  await expect.poll(states, PATIENCE).toEqual(['acme active']);
  place.write('config/plugins.yaml', 'plugins: { acme: {}, beta: { enabbled: 1 } }\n');
  await expect.poll(() => host.stderr, PATIENCE).toContain('CONFIG_INVALID');
  expect(await states()).toEqual(['acme active']);
  place.write('config/plugins.yaml', 'plugins: { acme: {}, beta: {} }\ntrust: [acme, beta]\n');
  host.child.kill('SIGHUP');
  await expect.poll(states, PATIENCE).toEqual(['acme active', 'beta active']);
}, 90_000);

test('without a running host the files are changed, and the next start runs what they say', async ({ expect }) => {
  await using place = homeWith('acme');
  const { stdout, status } = cli(place, 'add', 'folder:plugins-local/acme', '--id', 'acme', '--trust');
  expect({ status, stdout }).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('takes effect when it starts'),
  });
  expect(cli(place, 'plan').stdout).toContain('Nothing to do');
  expect(JSON.parse(cli(place, 'plan', '--json').stdout)).toMatchObject({ changes: [] });
  expect(cli(place, 'approve', 'acme').stderr).toContain('PLUGIN_NOT_WAITING');
  expect(cli(place, 'remove', 'acne').stderr).toContain('PLUGIN_NOT_NAMED');
  const host = await place.start();
  expect((await host.api('POST', '/actions/tools.acme.act/run', { input: {} })).body).toEqual({ result: 'done' });
}, 90_000);

test('changed files of a trusted folder wait for a restart, and the lock follows then', async ({ expect }) => {
  await using place = homeWith('acme');
  place.write('config/plugins.yaml', 'plugins: { acme: {} }\ntrust: [acme]\n');
  const host = await place.start();
  const before = lockOf(place);
  place.write('plugins-local/acme/index.ts', pluginCode('acme', { run: "() => 'changed'" }));
  expect(cli(place, 'apply').stderr).toContain('PLUGIN_RESTART_NEEDED');
  expect((await host.api('POST', '/actions/tools.acme.act/run', { input: {} })).body).toEqual({ result: 'done' });
  expect(lockOf(place)).toEqual(before);
  await host.stop();
  const again = await place.start();
  expect((await again.api('POST', '/actions/tools.acme.act/run', { input: {} })).body).toEqual({ result: 'changed' });
  expect(lockOf(place).serial).toBe(before.serial + 1);
}, 90_000);

/** A registry that must not be asked, as the only one that the host knows; and what was asked of it nevertheless. */
async function trap() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(500).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${port}/`, [Symbol.dispose]: () => void server.close() };
}

test('a plugin that was packed with all it needs is added from its file, and no registry is asked', async ({
  expect,
}) => {
  using registry = await trap();
  await using place = new HostHome({
    'config/plugins.yaml': `registries: [{ url: "${registry.url}" }]\nplugins: {}\n`,
    'acme/package.json': JSON.stringify({
      name: 'acme',
      version: '1.0.0',
      type: 'module',
      dependencies: { 'acme-words': '1.0.0' },
      backplane: {
        id: 'acme',
        version: '1.0.0',
        host: '^0.1.0',
        sdk: 1,
        entry: './index.ts',
        tier: 'process',
        contributes: { actions: ['tools.acme.act'] },
      },
    }),
    'acme/index.ts': pluginCode('acme', { before: "import { word } from 'acme-words';", run: '() => word' }),
    'acme/node_modules/acme-words/package.json': JSON.stringify({
      name: 'acme-words',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
    }),
    'acme/node_modules/acme-words/index.js': "export const word = 'carried';",
  });
  const file = join(place.path, 'acme-1.0.0.tgz');
  const packing = spawnSync(
    process.execPath,
    ['core/main.ts', 'plugin', 'pack', join(place.path, 'acme'), '--with-dependencies', '-o', file],
    { cwd: checkout, encoding: 'utf8' },
  );
  expect(packing.status, packing.stderr).toBe(0);
  const host = await place.start();
  registry.asked.length = 0;
  expect(cli(place, 'add', 'npm:acme', '--id', 'acme', '--offline').stderr).toContain('PLUGIN_OFFLINE');
  expect(cli(place, 'add', file, '--offline')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('add 1.0.0'),
  });
  expect((await host.api('POST', '/actions/tools.acme.act/run', { input: {} })).body).toEqual({ result: 'carried' });
  expect(registry.asked).toEqual([]);
  const { stdout } = cli(place, 'show', 'acme');
  expect(stdout).toMatch(/^acme 1\.0\.0 is active .*Locked: sha512-.*Provenance: absent/s);
}, 90_000);
