import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../core/storage/database.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { checkout, HostHome } from './host-process.fixture.ts';

let server: Database;
beforeAll(async () => {
  server = await embeddedDatabase();
});
afterAll(() => server[Symbol.asyncDispose]());

const returning = (text: string) =>
  `definition:\n  title: Greet\n  entrypoint: {ref: say}\n  actions:\n    - {ref: say, action: core.transform.reshape, args: {value: ${text}}}\n  returns: \${{ ACTIONS.say.result }}\n`;

test('two hosts on one database: what one stores the other runs, either knows every run, and each says who is there', async () => {
  await using one = new HostHome();
  const env = { DATABASE_URL: server.url, BACKPLANE_BLOBS_FOLDER: join(one.path, 'blobs') };
  await using other = new HostHome();
  const first = await one.start({ env });
  const second = await other.start({ env });
  const hosts = async () =>
    ((await second.api('GET', '/hosts')).body as { items: { shards: number; self: boolean }[] }).items;
  await expect.poll(async () => (await hosts()).map(({ shards }) => shards), { timeout: 10_000 }).toEqual([32, 32]);
  expect((await hosts()).map(({ self }) => self)).toEqual([false, true]);
  expect((await first.readyz()).body).toEqual({ status: 'ready', degraded: [], hosts: 2 });

  await first.store('greet', returning('hello'));
  const run = async (host: typeof first) => (await host.api('POST', '/workflows/greet/runs?wait=result', {})).body;
  await expect.poll(() => run(second)).toBe('hello');
  await first.api('PUT', '/workflows/greet', { source: returning('good evening') });
  await expect.poll(() => run(second)).toBe('good evening');

  const { body } = await first.api('POST', '/workflows/greet/runs?wait=true', {});
  const { runId } = body as { runId: string };
  expect((await second.api('GET', `/runs/${runId}`)).body).toMatchObject({ runId, status: 'completed' });

  const doctor = spawnSync(process.execPath, [join(checkout, 'bin', 'backplane.mjs'), 'doctor'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect(doctor.stdout).toMatch(/2 hosts work on it: process \d+ on .+ \(32 of 64 shards, .+; process \d+ on /);

  expect(await first.stop()).toMatchObject({ code: 0, stderr: '' });
  await expect.poll(async () => (await hosts()).map(({ shards }) => shards), { timeout: 2_000 }).toEqual([64]);
});
