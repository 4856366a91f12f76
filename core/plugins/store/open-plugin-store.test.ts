import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf } from '../../network/local-server.fixture.ts';
import { pluginFiles } from '../sources/plugin-source.contract.ts';
import { openPluginStore } from './open-plugin-store.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugin-store-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** What a source does: writes files into the folder it is given. */
const files =
  (version = '1.0.0', more = {}) =>
  async (folder: string) => {
    for (const [path, content] of Object.entries(pluginFiles(version, more))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content as string);
    }
  };
const what = 'tickets';

test('several versions, and several trees of one version, lie side by side', async () => {
  const store = await openPluginStore(root);
  await store.add(files('1.0.0'), { what, source: 'sha512-a' });
  await store.add(files('1.1.0'), { what, source: 'sha512-b' });
  const patched = await store.add(files('1.0.0', { 'more.js': '' }), { what, source: 'sha512-c' });
  expect((await store.list()).map(({ version }) => version)).toEqual(['1.0.0', '1.0.0', '1.1.0']);
  expect(await store.find('sha512-c')).toEqual(patched);
  expect(await store.find(patched.integrity, 'tickets')).toEqual(patched);
  expect(await store.find('sha512-c', 'another')).toBeUndefined();
  expect(await store.find('sha512-d')).toBeUndefined();
});

test('the same tree from two downloads is kept once and found by both', async () => {
  const store = await openPluginStore(root);
  const first = await store.add(files(), { what, source: 'sha512-a' });
  expect(await store.add(files(), { what, source: 'sha512-b' })).toEqual(first);
  expect(await store.find('sha512-a')).toEqual(first);
  expect(await store.find('sha512-b')).toEqual(first);
});

test('of hosts that share the folder and bring the same at once, all are served', async () => {
  const stores = await Promise.all([1, 2, 3, 4].map(() => openPluginStore(root)));
  const all = await Promise.all(stores.map((store) => store.add(files(), { what, source: 'sha512-a' })));
  expect(new Set(all.map(({ folder }) => folder)).size).toBe(1);
  expect(readdirSync(join(root, '.staging'))).toEqual([]);
  expect(await stores[0]!.list()).toHaveLength(1);
});

test('what a crash left half done is gone after the next start, what others are doing stays', async () => {
  const store = await openPluginStore(root);
  const { folder } = await store.add(files(), { what, source: 'sha512-a' });
  mkdirSync(join(root, 'half', '1.0.0-abcdef01', 'package'), { recursive: true });
  rmSync(join(dirname(folder), 'receipt.json'));
  const ours = readdirSync(join(root, '.staging'));
  mkdirSync(join(root, '.staging', 'ffffffff-1-elsewhere'));
  const alive = Promise.withResolvers<void>();
  const running = store.add(() => alive.promise.then(() => files('2.0.0')(dirname(folder))), { what }).catch(() => {});
  await expect.poll(() => readdirSync(join(root, '.staging')).length).toBe(ours.length + 2);
  const [mine] = readdirSync(join(root, '.staging')).filter((name) => !name.startsWith('ffffffff'));
  mkdirSync(join(root, '.staging', `${mine!.split('-')[0]}-999999999-dead`));
  const again = await openPluginStore(root);
  expect(await again.list()).toEqual([]);
  expect(readdirSync(root)).toEqual(['.staging']);
  expect(readdirSync(join(root, '.staging')).sort()).toEqual([mine!, 'ffffffff-1-elsewhere'].sort());
  alive.resolve();
  await running;
});

test.each<[string, (folder: string) => void]>([
  ['changed', (folder) => rewrite(join(folder, 'index.js'), 'evil')],
  ['added', (folder) => writeFileSync(join(folder, 'evil.js'), 'evil')],
  ['removed', (folder) => rmSync(join(folder, 'lib/deep/data.txt'))],
  ['made executable', (folder) => chmodSync(join(folder, 'index.js'), 0o755)],
  ['replaced by a link', (folder) => relink(join(folder, 'index.js'))],
])('a file that was %s is found out', async (_how, harm) => {
  const store = await openPluginStore(root);
  const artifact = await store.add(files(), { what, source: 'sha512-a' });
  await store.verify(artifact);
  harm(artifact.folder);
  expect(await codeOf(store.verify(artifact))).toBe('PLUGIN_STORE_DAMAGED');
  expect(await codeOf(store.find('sha512-a'))).toBe('PLUGIN_STORE_DAMAGED');
});

test('one plugin that can no longer be read does not hide the others', async () => {
  const store = await openPluginStore(root);
  const first = await store.add(files('1.0.0'), { what, source: 'sha512-a' });
  const second = await store.add(files('2.0.0'), { what, source: 'sha512-b' });
  rewrite(join(first.folder, 'package.json'), 'no JSON');
  expect(await store.list()).toEqual([second]);
  expect(await codeOf(store.find('sha512-a'))).toBe('PLUGIN_STORE_DAMAGED');
});

test('a folder in the place of the manifest is no manifest', async () => {
  const store = await openPluginStore(root);
  const odd = async (folder: string) => void mkdirSync(join(folder, 'plugin.json', 'x'), { recursive: true });
  expect(await codeOf(store.add(odd, { what }))).toBe('PLUGIN_MANIFEST_MISSING');
});

test('what was removed is gone; removing it twice is no mistake', async () => {
  const store = await openPluginStore(root);
  const artifact = await store.add(files(), { what });
  await store.remove(artifact);
  await store.remove(artifact);
  expect(await store.list()).toEqual([]);
  expect(existsSync(join(root, 'tickets'))).toBe(false);
});

test('a failure while filling leaves nothing', async () => {
  const store = await openPluginStore(root);
  const failing = async (folder: string) => {
    await files()(folder);
    throw new Error('no more');
  };
  await expect(store.add(failing, { what })).rejects.toThrow('no more');
  expect(readdirSync(root)).toEqual(['.staging']);
  expect(readdirSync(join(root, '.staging'))).toEqual([]);
});

test('a folder that cannot be used is told as such', async () => {
  writeFileSync(join(root, 'file'), '');
  expect(await codeOf(openPluginStore(join(root, 'file', 'store')))).toBe('PLUGIN_STORE_UNUSABLE');
});

function rewrite(file: string, text: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, text);
}

function relink(file: string): void {
  rmSync(file);
  symlinkSync('/etc/passwd', file);
}
