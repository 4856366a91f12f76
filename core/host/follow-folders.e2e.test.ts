import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@backplane/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadPlugins } from '../plugins/load-plugins.ts';
import { openLockFile } from '../plugins/lock/lock-file.ts';
import { pluginCode } from '../plugins/plugin-home.fixture.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import { readPluginsConfig } from '../plugins/plugins-config.ts';
import { folderSource } from '../plugins/sources/folder-source.ts';
import { openPluginStore } from '../plugins/store/open-plugin-store.ts';
import type { PluginStore } from '../plugins/store/plugin-store.ts';
import { createTiers } from '../plugins/tiers/create-tiers.ts';
import { createActionRegistry } from '../registry/action-registry.ts';
import { runAction } from '../registry/run-action.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import { createMemoryKeyValueStore } from '../storage/memory-key-value-store.ts';
import { followFolders } from './follow-folders.ts';

/** One host for the whole file, every test with a plugin of its own. */
const IDS = ['swapped', 'busy', 'broken', 'held', 'gone', 'linked', 'noisy', 'wider', 'again', 'boxed'];
const home = realpathSync(mkdtempSync(join(tmpdir(), 'follow-')));
const registry = createActionRegistry();
const told: string[] = [];
const held = new AsyncDisposableStack();
let plugins: PluginHost;
let store: PluginStore;

const line = (level: string) => (message: string, fields?: object) =>
  void told.push(`${level} ${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') };

/** Everything of a host that has to do with plugins in folders. */
async function boot(
  folder: string,
  actions: ActionRegistry,
): Promise<{ plugins: PluginHost; store: PluginStore } & AsyncDisposable> {
  const owned = new AsyncDisposableStack();
  const kept = await openPluginStore(join(folder, 'store'));
  const readConfig = () => readPluginsConfig(join(folder, 'plugins.yaml'), folder, {});
  const { process, isolate } = createTiers({ log, onFault: () => {} });
  const tiers = [owned.use(process), owned.use(isolate)];
  const loaded = await loadPlugins({
    builtinDirs: [],
    config: readConfig(),
    readConfig,
    registry: actions,
    ports: { kv: createMemoryKeyValueStore() },
    log,
    hostVersion: '0.1.0',
    lock: openLockFile(join(folder, 'plugins.lock')),
    sources: new Map([['folder', folderSource({ store: kept, base: folder })]]),
    tiers,
    // The machine may do other work: what is tested is not how fast it is.
    deadlines: { patienceMs: 60_000, loadMs: 60_000, startMs: 60_000, healthMs: 60_000 },
  });
  owned.use(loaded);
  return { plugins: loaded, store: kept, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

beforeAll(async () => {
  for (const id of IDS) plugin(id, `() => 'first'`);
  const trust = 'trust: [held]';
  writeFileSync(join(home, 'plugins.yaml'), `${trust}\nplugins: {${IDS.map((id) => `${id}: {}`).join(', ')}}\n`);
  ({ plugins, store } = held.use(await boot(home, registry)));
  let last: Promise<unknown> = Promise.resolve();
  const folders = held.use(
    followFolders({
      plugins,
      log,
      isAuto: () => true,
      doing: (_, work) => {
        last = last.then(work).catch((error) => told.push(String(error)));
      },
    }),
  );
  folders.renew();
}, 120_000);

afterAll(async () => {
  await held.disposeAsync();
  rmSync(home, { recursive: true, force: true });
});

const folderOf = (id: string) => join(home, 'plugins-local', id);

function plugin(id: string, run: string, manifest: object = {}): void {
  mkdirSync(folderOf(id), { recursive: true });
  const contributes = { actions: [`tools.${id}.act`] };
  const tier = id === 'boxed' ? 'isolate' : id === 'held' ? 'trusted' : 'process';
  const usual = { id, version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts', tier, contributes };
  writeFileSync(join(folderOf(id), 'plugin.json'), JSON.stringify({ ...usual, ...manifest }));
  save(id, pluginCode(id, { run }));
}

/** As most editors do it. */
function save(id: string, code: string): void {
  const beside = join(folderOf(id), '.index.ts.swp');
  writeFileSync(beside, code);
  renameSync(beside, join(folderOf(id), 'index.ts'));
}

const call = (id: string, name = 'x') => runAction(registry, { name: `tools.${id}.act`, input: { name }, log });
const until = (look: () => unknown) => vi.waitFor(look, { timeout: 60_000, interval: 20 });
const gives = (id: string, wanted: string) => until(async () => expect(await call(id)).toBe(wanted));
const pendingOf = (id: string) => plugins.records().find((record) => record.id === id)?.pending;
const pends = (id: string, code: string | undefined) => until(() => expect(pendingOf(id)?.error?.code).toBe(code));

test.concurrent.each(['swapped', 'boxed'])('a saved file of %s is what runs within a second or two', async (id) => {
  await gives(id, 'first');
  plugin(id, `() => 'second'`);
  await gives(id, 'second');
  expect(plugins.records().find((record) => record.id === id)).toMatchObject({
    state: 'active',
    origin: { from: 'store', text: `folder:${folderOf(id)}` },
  });
});

test.concurrent('a call that is under way ends where it began, and the old child ends after it', async () => {
  plugin('busy', `async () => { await new Promise((resolve) => setTimeout(resolve, 2_500)); return 'slow'; }`);
  await until(() => expect(told.some((text) => /folder of a plugin changed .*"busy"/.test(text))).toBe(true));
  const slow = call('busy');
  plugin('busy', `() => 'quick'`);
  await gives('busy', 'quick');
  expect(await slow).toBe('slow');
  await until(async () => expect((await store.list('busy')).length).toBeLessThanOrEqual(2));
});

test.concurrent('a change that cannot be loaded leaves the old one serving and says why, until it is corrected', async () => {
  save('broken', 'export default {{{');
  await pends('broken', 'PLUGIN_LOAD_FAILED');
  expect(await call('broken')).toBe('first');
  expect(plugins.explain('broken').text).toContain('PLUGIN_LOAD_FAILED');
  expect(plugins.records().find(({ id }) => id === 'broken')?.pending?.error?.position?.file).toBe(
    join(folderOf('broken'), 'index.ts'),
  );
  await until(() => expect(told.some((text) => /the version before serves .*"broken"/.test(text))).toBe(true));
  plugin('broken', `() => 'first'`);
  await pends('broken', undefined);
  expect(await call('broken')).toBe('first');
});

test.concurrent('a plugin inside the host process waits for a restart', async () => {
  plugin('held', `() => 'second'`);
  await pends('held', 'PLUGIN_RESTART_NEEDED');
  expect(await call('held')).toBe('first');
});

test.concurrent('a folder that goes leaves its plugin serving, and counts again when it is back', async () => {
  rmSync(folderOf('gone'), { recursive: true });
  await pends('gone', 'PLUGIN_NOT_FOUND');
  expect(await call('gone')).toBe('first');
  plugin('gone', `() => 'back'`);
  await gives('gone', 'back');
});

test.concurrent('a folder that becomes a link to another plugin is not taken for it', async () => {
  renameSync(folderOf('linked'), join(home, 'linked-away'));
  symlinkSync(folderOf('swapped'), folderOf('linked'));
  await pends('linked', 'PLUGIN_ID_MISMATCH');
  expect(await call('linked')).toBe('first');
});

test.concurrent('a link out of the folder, or a file that is far too large, is refused', async () => {
  symlinkSync('/etc/passwd', join(folderOf('again'), 'passwd'));
  await pends('again', 'PLUGIN_FILE_REFUSED');
  rmSync(join(folderOf('again'), 'passwd'));
  await pends('again', undefined);
  writeFileSync(join(folderOf('again'), 'data.bin'), '');
  truncateSync(join(folderOf('again'), 'data.bin'), 8 * 1024 ** 3);
  await pends('again', 'PLUGIN_TOO_LARGE');
  expect(await call('again')).toBe('first');
});

test.concurrent('a folder that is written to thousands of times a second neither stops the host nor its plugin', async () => {
  const end = performance.now() + 3_000;
  let written = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 100; i++) writeFileSync(join(folderOf('noisy'), 'log.txt'), String(written++));
    expect(await call('noisy')).toBe('first');
  }
  plugin('noisy', `() => 'quiet'`);
  await gives('noisy', 'quiet');
});

test.concurrent('a change that asks for more waits for an approval', async () => {
  plugin('wider', `() => 'second'`, { capabilities: { kv: { why: 'remembers' } } });
  await pends('wider', 'PLUGIN_APPROVAL_NEEDED');
  expect(await call('wider')).toBe('first');
  expect((await plugins.approve('wider', { by: 'ada' })).outcome).toBe('done');
  await gives('wider', 'second');
});

test('the step back runs the snapshot before, and older snapshots are gone', async () => {
  for (const answer of ['second', 'third', 'fourth']) {
    plugin('swapped', `() => '${answer}'`);
    await gives('swapped', answer);
  }
  await until(async () => expect((await store.list('swapped')).length).toBe(2));
  expect((await plugins.rollback('swapped', { by: 'ada' })).outcome).toBe('done');
  expect(await call('swapped')).toBe('third');
  expect(existsSync(join(folderOf('swapped'), 'index.ts'))).toBe(true);
});

test('a host that starts over a broken folder serves the snapshot of the lock, and says why', async () => {
  const other = join(home, 'other');
  plugin('acme', `() => 'first'`);
  mkdirSync(other);
  writeFileSync(join(other, 'plugins.yaml'), `plugins: { acme: { use: "folder:${folderOf('acme')}" } }\n`);
  await (await boot(other, createActionRegistry()))[Symbol.asyncDispose]();
  for (const [broken, code] of [
    [() => save('acme', 'export default {{{'), 'PLUGIN_LOAD_FAILED'],
    [() => writeFileSync(join(folderOf('acme'), 'plugin.json'), '{'), 'PLUGIN_MANIFEST_INVALID'],
  ] as const) {
    broken();
    const actions = createActionRegistry();
    await using again = await boot(other, actions);
    expect(await runAction(actions, { name: 'tools.acme.act', input: {}, log })).toBe('first');
    expect(again.plugins.records()).toMatchObject([{ state: 'active', pending: { error: { code } } }]);
  }
});
