import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf } from '../../network/local-server.fixture.ts';
import { fetchedPlugin } from '../sources/fetched-plugin.ts';
import { pluginFiles } from '../sources/plugin-source.contract.ts';
import { openPluginStore } from './open-plugin-store.ts';
import { openPluginIndex } from './plugin-index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugin-index-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A stored version that an index was told about, and its row of the lock. */
async function noted() {
  const store = await openPluginStore(root);
  const fill = async (folder: string) => {
    for (const [path, content] of Object.entries(pluginFiles())) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content as string);
    }
  };
  const artifact = await store.add(fill, { what: 'tickets', source: 'sha512-a' });
  const fetched = openPluginIndex(root, 'host 1').note(
    fetchedPlugin(artifact, { from: 'archive', file: 'a.tgz' }, 'sha512-a'),
    'rules',
  );
  const locked = { ...fetched.entry, capabilities: { digest: 'sha256-' } };
  return { store, artifact, fetched, locked };
}

test('what was found out about a version is known after the next start, with what its code said of itself', async () => {
  const { artifact, fetched, locked } = await noted();
  fetched.recall!.remember({ actions: [] });
  await turn();
  await turn();
  const known = openPluginIndex(root, 'host 1').find(locked, 'rules');
  expect(known).toMatchObject({ artifact, entry: fetched.entry, recall: { described: { actions: [] } } });
  await known!.recall!.check!();
});

test('nothing is known by another host version, under other rules, of another row, or once the version is gone', async () => {
  const { store, artifact, locked } = await noted();
  await turn();
  await turn();
  expect(openPluginIndex(root, 'host 2').find(locked, 'rules')).toBeUndefined();
  const index = openPluginIndex(root, 'host 1');
  expect(index.find(locked, 'stricter rules')).toBeUndefined();
  expect(index.find({ ...locked, version: '2.0.0' }, 'rules')).toBeUndefined();
  expect(index.find({ ...locked, integrity: 'sha512-b' }, 'rules')).toBeUndefined();
  expect(index.find(locked, 'rules')).toBeDefined();
  await store.remove(artifact);
  expect(index.find(locked, 'rules')).toBeUndefined();
});

test('files that were changed since are found out before their code is loaded', async () => {
  const { artifact, locked } = await noted();
  await turn();
  await turn();
  const file = join(artifact.folder, 'package.json');
  chmodSync(file, 0o644);
  writeFileSync(file, `${readFileSync(file, 'utf8')} `);
  const known = openPluginIndex(root, 'host 1').find(locked, 'rules')!;
  expect(await codeOf(known.recall!.check!())).toBe('PLUGIN_STORE_DAMAGED');
});

test('an index that was cut short is made anew', async () => {
  const { locked } = await noted();
  await turn();
  await turn();
  writeFileSync(join(root, 'index.json'), '{"reader":"host 1","rows":{');
  expect(openPluginIndex(root, 'host 1').find(locked, 'rules')).toBeUndefined();
});
