import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files, Plugin } from '@backplane/sdk';
import { contributionKind, INDEX_KEYS } from '@backplane/sdk/host';
import { contractChecks, replyHttp } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, 'tests', 'third-party');
const ids = readdirSync(folder);

/** What its kind has to be tried with: settings of what is opened, ports, another plugin. */
const configs = {
  'acme-memory-bus': {},
  'acme-listed': {},
  'acme-shelf': {},
  'acme-vault': { address: 'https://vault.example', token: 't' },
  'acme-gate-require-header': { header: 'x-team' },
};
const card = { id: '0d9c6f0e-6f5c-4c54-9f0b-2b6d9a3c1f11', title: 'Water the plants', done: false };
const database = { table: () => ({ upsert: async () => card }) };
const workflows = { list: async () => [] };
const scripts = { run: async () => ({ result: 'A heading', console: [] }) };

function memoryFiles(): Files {
  const kept = new Map<string, Uint8Array>();
  return {
    async read(path) {
      const content = kept.get(path);
      if (content === undefined) throw Object.assign(new Error(path), { code: 'PLUGIN_FILE_MISSING' });
      return content;
    },
    write: async (path, content) =>
      void kept.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content),
    list: async (path) =>
      [...kept.keys()].filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1)),
    remove: async (path) => void kept.delete(path),
  };
}

const pluginOf = async (id: string) =>
  (await import(join(folder, id, 'src', 'index.ts'))) as { readonly default: Plugin };

test('third-party plugins bring every kind that there is', async () => {
  const plugins = await Promise.all(ids.map(pluginOf));
  const kinds = plugins.flatMap(({ default: { contributes } }) => contributes.map(contributionKind));
  expect([...new Set(kinds)].toSorted()).toEqual(Object.keys(INDEX_KEYS).toSorted());
});

test.each(ids)('%s keeps every promise of its contracts', async (id) => {
  const { default: plugin } = await pluginOf(id);
  const manifest = JSON.parse(readFileSync(join(folder, id, 'package.json'), 'utf8')).backplane;
  const checks = contractChecks({
    plugin,
    manifest,
    folder: join(folder, id),
    configs,
    http: replyHttp(({ url }) => (url.endsWith('/me') ? { body: { login: 'ada' } } : { status: 404 })),
    deps: { 'acme-journal': { recent: async () => ['One'] } },
    connections: { acme_login: { account: 'ada', grantedScopes: ['tickets:read'] } },
    ports: { database, workflows, scripts, files: memoryFiles() } as never,
  });
  expect(checks.length).toBeGreaterThan(2);
  for (const { run } of checks) await run();
});
