import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginCode } from '../core/plugins/plugin-home.fixture.ts';
import type { Database } from '../core/storage/database.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { HostHome } from './host-process.fixture.ts';

const blobs = mkdtempSync(join(tmpdir(), 'bp-blobs-'));
let server: Database;
beforeAll(async () => {
  server = await embeddedDatabase();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(blobs, { recursive: true });
});

/** Hosts share two cores with everything else that is tested. */
const PATIENCE = { timeout: 15_000 };

/** A home whose plugins wait in their start until its file `gate` exists. */
function homeOfTwo(): HostHome {
  const home = new HostHome({
    'config/plugins.yaml': 'apply: manual\nplugins: { acme: {}, beta: {} }\ntrust: [acme, beta]\n',
  });
  for (const id of ['acme', 'beta']) {
    const contributes = { actions: [`tools.${id}.act`] };
    const manifest = {
      id,
      version: '1.0.0',
      host: '^0.1.0',
      sdk: 1,
      entry: './index.ts',
      tier: 'trusted',
      contributes,
    };
    home.write(`plugins-local/${id}/plugin.json`, JSON.stringify(manifest));
    const before = `
      import { existsSync, writeFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      const home = ${JSON.stringify(`file://${home.path}/`)};`;
    const start = `start: async () => {
      writeFileSync(new URL('waits-${id}', home), '');
      while (!existsSync(new URL('gate', home))) await sleep(20);
    }`;
    home.write(`plugins-local/${id}/index.ts`, pluginCode(id, { before, plugin: start }));
  }
  return home;
}

test('of two hosts that apply at once one wins; the other is told, changes nothing, and follows without a restart', async () => {
  await using one = homeOfTwo();
  await using other = homeOfTwo();
  const env = { DATABASE_URL: server.url, BACKPLANE_BLOBS_FOLDER: blobs };
  const first = await one.start({ env });
  const second = await other.start({ env });
  const waits = (home: HostHome, id: string) =>
    expect.poll(() => existsSync(join(home.path, `waits-${id}`)), PATIENCE).toBe(true);
  const lockOf = (home: HostHome) => readFileSync(join(home.path, 'config/plugins.lock'), 'utf8');
  const call = async (host: typeof first, id: string) =>
    (await host.api('POST', `/actions/tools.${id}.act/run`, { input: {} })).status;

  const applied = [
    first.api('POST', '/plugins/apply', { by: 'ada', only: ['acme'] }),
    second.api('POST', '/plugins/apply', { by: 'bob', only: ['beta'] }),
  ];
  await Promise.all([waits(one, 'acme'), waits(other, 'beta')]);
  writeFileSync(join(one.path, 'gate'), '');
  expect(await applied[0]).toMatchObject({ status: 200, body: { items: [{ id: 'acme', outcome: 'done' }] } });
  writeFileSync(join(other.path, 'gate'), '');
  expect(await applied[1]).toMatchObject({
    status: 409,
    body: { code: 'PLUGIN_LOCK_CONFLICT', remedy: expect.stringContaining('plugin plan') },
  });
  expect(await call(second, 'beta')).toBe(404);

  await expect.poll(() => call(second, 'acme'), PATIENCE).toBe(200);
  await expect.poll(() => lockOf(other), PATIENCE).toBe(lockOf(one));
  expect(Object.keys(JSON.parse(lockOf(one)).plugins)).toEqual(['acme']);

  expect((await second.api('POST', '/plugins/apply', { by: 'bob', only: ['beta'] })).status).toBe(200);
  await expect.poll(() => call(first, 'beta'), PATIENCE).toBe(200);
  await expect.poll(() => lockOf(one), PATIENCE).toBe(lockOf(other));
  expect(JSON.parse(lockOf(one)).serial).toBe(2);
}, 90_000);
