import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createActionRegistry } from '../../registry/action-registry.ts';
import { loadPlugins } from '../load-plugins.ts';
import { openLockFile } from '../lock/lock-file.ts';
import type { ModuleInUse } from '../plugin-host.ts';
import { readPluginsConfig } from '../plugins-config.ts';
import { folderSource } from '../sources/folder-source.ts';
import { openPluginStore } from '../store/open-plugin-store.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'forget-')));
afterAll(() => rmSync(home, { recursive: true }));

/** A host with a plugin of policies in a folder that somebody edits. */
async function edited(name: string) {
  const base = join(home, name);
  const folder = join(base, 'plugins-local/limits');
  mkdirSync(folder, { recursive: true });
  const file = join(base, 'plugins.yaml');
  writeFileSync(file, 'trust: [limits]\nplugins: { limits: { use: "folder:plugins-local/limits" } }\n');
  const contributes = { gatewayPolicies: ['limit'] };
  const save = (text: string) => {
    const manifest = { id: 'limits', version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', tier: 'trusted' };
    writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ ...manifest, contributes }));
    writeFileSync(join(folder, 'index.ts'), text);
  };
  save('first');
  const silent = () => undefined;
  const readConfig = () => readPluginsConfig(file, base, {});
  const store = await openPluginStore(join(base, 'store'));
  const host = await loadPlugins({
    builtinDirs: [],
    config: readConfig(),
    readConfig,
    registry: createActionRegistry(),
    ports: {},
    log: { debug: silent, info: silent, warn: silent, error: silent },
    hostVersion: '0.1.0',
    lock: openLockFile(join(base, 'plugins.lock')),
    sources: new Map([['folder', folderSource({ store, base })]]),
  });
  return {
    host,
    module: () => host.bringing('gatewayPolicies')[0]!,
    count: async () => (await store.list('limits')).length,
    async edit(text: string) {
      save(text);
      expect(await host.apply({ by: 'ada' })).toMatchObject([{ id: 'limits', outcome: 'done' }]);
      // Plans once more behind what is still being tidied up.
      await host.apply({ by: 'ada' });
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

test('of a policy that was edited the last two snapshots stay', async () => {
  await using at = await edited('plain');
  const first = at.module();
  await at.edit('second');
  expect(existsSync(first.entry)).toBe(true);
  await at.edit('third');
  await expect.poll(at.count).toBe(2);
  expect(existsSync(first.entry)).toBe(false);
});

test('the snapshot that workers still run outlasts any number of edits, and goes when they have moved on', async () => {
  await using at = await edited('held');
  const first = at.module();
  let inUse: readonly ModuleInUse[] = [first];
  at.host.keep(() => inUse);
  for (const text of ['broken', 'broken again', 'and again']) await at.edit(text);
  await expect.poll(at.count).toBe(3);
  expect(existsSync(first.entry)).toBe(true);
  inUse = [at.module()];
  await at.edit('good');
  await expect.poll(at.count).toBe(2);
  expect(existsSync(first.entry)).toBe(false);
});
