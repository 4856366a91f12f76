import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createActionRegistry } from '../registry/action-registry.ts';
import { ContributionBoard } from './contributions/contribution-board.ts';
import { loadPlugins } from './load-plugins.ts';
import { readPluginsConfig } from './plugins-config.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'bring-')));
afterAll(() => rmSync(home, { recursive: true }));

/** A host with built-in plugins, and one from the folder of this test for each id. */
async function hosting(builtinDirs: readonly string[], ids: readonly string[] = []) {
  const file = join(home, 'plugins.yaml');
  writeFileSync(file, `trust: [${ids.join(', ')}]\nplugins: {${ids.map((id) => `${id}: {}`).join(', ')}}\n`);
  const board = new ContributionBoard();
  const silent = () => undefined;
  const plugins = await loadPlugins({
    builtinDirs,
    config: readPluginsConfig(file, home, {}),
    registry: createActionRegistry(),
    ports: {},
    board,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    hostVersion: '0.1.0',
  });
  const loaded = () => plugins.records().flatMap(({ id, codeLoaded }) => (codeLoaded ? [id] : []));
  const posted = () =>
    board.of('service-discovery').map(({ owner, contribution }) => `${owner.id} ${contribution.name}`);
  return { plugins, loaded, posted, [Symbol.asyncDispose]: () => plugins[Symbol.asyncDispose]() };
}

/** A plugin that brings the service discovery `list`, and says so to the process when its module runs. */
function lists(dir: string, id: string, start = ''): string {
  const folder = join(home, dir, id);
  mkdirSync(folder, { recursive: true });
  const manifest = { id, version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', tier: 'trusted' };
  const contributes = { serviceDiscoveries: ['list'] };
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ ...manifest, contributes }));
  writeFileSync(
    join(folder, 'index.ts'),
    `import { definePlugin, defineServiceDiscovery } from '@backplane/sdk';
import { z } from 'zod';
((globalThis as any).ran ??= []).push('${id}');
const list = defineServiceDiscovery({ name: 'list', title: 'L', summary: 'S', config: z.object({}), open: () => ({ resolve: async () => [] }) });
export default definePlugin({ id: '${id}', contributes: [list], ${start} });`,
  );
  return join(home, dir);
}

const ran = () => ((globalThis as { ran?: string[] }).ran ?? []) as readonly string[];

test('no registry of the distribution is loaded before a gateway asks for it, and then that one alone', async () => {
  await using host = await hosting([resolve(import.meta.dirname, '../../plugins/discovery')]);
  expect([host.loaded(), host.posted()]).toEqual([[], []]);
  expect(host.plugins.bringing('serviceDiscoveries').flatMap(({ names }) => names)).toContain('consul');
  expect(await host.plugins.bring('serviceDiscoveries', 'consul')).toBe('discovery-consul');
  expect([host.loaded(), host.posted()]).toEqual([['discovery-consul'], ['discovery-consul consul']]);
});

test('every registry of the distribution brings what its manifest says', async () => {
  await using host = await hosting([resolve(import.meta.dirname, '../../plugins/discovery')]);
  const wanted = host.plugins
    .bringing('serviceDiscoveries')
    .flatMap(({ id, names }) => names.map((name) => [id, name]));
  expect(wanted.length).toBeGreaterThan(4);
  for (const [id, name] of wanted) expect(await host.plugins.bring('serviceDiscoveries', name!)).toBe(id);
  expect(host.posted()).toEqual(wanted.map((pair) => pair.join(' ')));
});

test('the module of a registry runs once, however many ask for it at once, and its contribution goes with the host', async () => {
  const dir = lists('one', 'lists-one');
  const host = await hosting([dir]);
  expect(ran()).not.toContain('lists-one');
  const asked = await Promise.all([1, 2, 3].map(() => host.plugins.bring('serviceDiscoveries', 'list')));
  expect(asked).toEqual(['lists-one', 'lists-one', 'lists-one']);
  expect([ran().filter((id) => id === 'lists-one'), host.posted()]).toEqual([['lists-one'], ['lists-one list']]);
  await host[Symbol.asyncDispose]();
  expect(host.posted()).toEqual([]);
});

test('nobody brings what no manifest names', async () => {
  await using host = await hosting([lists('one', 'lists-one')]);
  expect(await host.plugins.bring('serviceDiscoveries', 'else')).toBeUndefined();
  expect(host.loaded()).toEqual([]);
});

test('of two that bring one name the built-in one counts, also where it is loaded later', async () => {
  const dir = lists('two', 'lists-two');
  lists('plugins-local', 'aaa');
  await using host = await hosting([dir], ['aaa']);
  expect(host.posted()).toEqual(['aaa list']);
  expect(await host.plugins.bring('serviceDiscoveries', 'list')).toBe('lists-two');
  expect(host.posted()).toEqual(['aaa list', 'lists-two list']);
});

test('one that cannot start says why to who asked, and is failed', async () => {
  const dir = lists('ill', 'lists-ill', `start() { throw new Error('no luck'); }`);
  await using host = await hosting([dir]);
  await expect(host.plugins.bring('serviceDiscoveries', 'list')).rejects.toMatchObject({ code: 'PLUGIN_START_FAILED' });
  expect(host.plugins.records().find(({ id }) => id === 'lists-ill')?.state).toBe('failed');
  expect(host.posted()).toEqual([]);
});
