import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { emptyIndex } from '@backplane/sdk/host';
import { expect, test } from 'vitest';
import { PluginHome } from '../plugin-home.fixture.ts';
import { folderTemplates } from './folder-templates.ts';
import { manifestJsonSchema } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';
import { writeIndex } from './write-index.ts';

const base = { id: 'acme', version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts' };

function read(manifest: object) {
  using home = new PluginHome();
  home.write('plugin.json', JSON.stringify({ ...base, ...manifest }, null, 2));
  return readManifest(home.path);
}

function refusal(manifest: object): string {
  try {
    read(manifest);
  } catch (error) {
    expect((error as { code?: string }).code).toBe('PLUGIN_MANIFEST_INVALID');
    return (error as Error).message;
  }
  throw new Error('accepted');
}

test('short forms are spelled out, and all of it comes in canonical form', () => {
  const { capabilities } = read({
    capabilities: {
      network: { why: 'any' },
      files: { why: 'all' },
      kv: { why: 'remembers' },
      connections: [{ kind: 'github', why: 'issues' }],
      events: [],
    },
  });
  expect(capabilities).toEqual({
    network: [{ host: '*', why: 'any' }],
    files: [{ path: '.', access: 'write', why: 'all' }],
    kv: { quotaBytes: 10_485_760, why: 'remembers' },
    connections: [{ kind: 'github', why: 'issues' }],
  });
});

test('everything may be said', () => {
  const manifest = read({
    title: 'Acme',
    summary: 'Tickets.',
    tier: 'isolate',
    requires: { 'json-tools': '^2' },
    optional: { extra: '*' },
    templates: './templates',
    contributes: {
      triggers: ['tools.acme.new_ticket'],
      routes: ['GET /tickets/{ticket}'],
      oauthProviders: ['acme'],
      templates: { 'tools.acme.lookup': 'templates/lookup.yaml' },
      methods: ['find'],
    },
    quality: { 'has-readme': 'done', 'live-smoke': { exempt: 'no vendor sandbox' } },
  });
  expect(manifest.requires).toEqual({ 'json-tools': '^2' });
  expect(manifest.contributes).toEqual({
    ...emptyIndex(),
    triggers: ['tools.acme.new_ticket'],
    routes: ['GET /tickets/{ticket}'],
    oauthProviders: ['acme'],
    templates: { 'tools.acme.lookup': 'templates/lookup.yaml' },
    methods: ['find'],
  });
});

test.each([
  [
    { capabilities: { network: [{ host: 'https://a.com', why: 'x' }] } },
    'capabilities.network.0.host: expected a host',
  ],
  [{ capabilities: { network: [{ host: 'a.com' }] } }, 'capabilities.network.0.why:'],
  [{ capabilities: { network: [{ host: 'a.com', why: 'x', method: 'GET' }] } }, 'did you mean `methods`?'],
  [{ capabilities: { network: [{ host: 'a.com', methods: [], why: 'x' }] } }, 'leave `methods` away for any'],
  [{ capabilities: { network: 'a.com' } }, 'capabilities.network:'],
  [{ capabilities: { networks: { why: 'x' } } }, 'did you mean `network`?'],
  [{ capabilities: { files: [{ path: '../x', access: 'read', why: 'x' }] } }, 'without `..`'],
  [{ capabilities: { events: [{ topic: '*.a', access: 'publish', why: 'x' }] } }, 'expected a topic'],
  [{ contributes: { action: [] } }, 'did you mean `actions`?'],
  [{ contributes: { routes: ['/tickets'] } }, 'GET /tickets/{ticket}'],
  [{ templates: '../other' }, 'inside the folder of the plugin'],
  [{ contributes: { templates: { 'tools.a.b': '/etc/passwd' } } }, 'inside the folder of the plugin'],
  [{ requires: { 'json-tools': 'newest' } }, 'expected a range of versions'],
  [{ quality: { 'has-readme': { exempt: '' } } }, 'quality.has-readme'],
])('%j is refused with its place', (manifest, problem) => {
  const message = refusal(manifest);
  expect(message).toContain(problem);
  expect(message).toMatch(/plugin\.json:\d+:\d+: /);
});

test('the index is written into the manifest, and nothing else changes', () => {
  using home = new PluginHome();
  const text = `${JSON.stringify({ name: 'x', backplane: { ...base, tier: 'process' }, dependencies: {} }, null, '\t')}\n`;
  home.write('package.json', text);
  const index = { ...emptyIndex(), actions: ['tools.acme.greet'] };
  expect(writeIndex(home.path, index)).toBe(true);
  const written = readFileSync(join(home.path, 'package.json'), 'utf8');
  expect(written).toBe(
    text.replace(
      '"process"',
      '"process",\n\t\t"contributes": {\n\t\t\t"actions": [\n\t\t\t\t"tools.acme.greet"\n\t\t\t]\n\t\t}',
    ),
  );
  expect(writeIndex(home.path, index)).toBe(false);
  expect(readManifest(home.path).contributes.actions).toEqual(['tools.acme.greet']);
});

test('the templates of a folder are known by their names', async () => {
  using home = new PluginHome();
  home
    .write('t/a/one.yaml', 'type: action\ndefinition:\n  namespace: tools.acme\n  name: one\n')
    .write('t/two.yml', '{type: action, definition: {namespace: tools.acme, name: two}}')
    .write('t/flow.yaml', 'type: workflow\n')
    .write('t/other.yaml', 'a: 1\n')
    .write('t/broken.yaml', '{');
  expect(await folderTemplates(home.path, './t')).toEqual({
    'tools.acme.one': 't/a/one.yaml',
    'tools.acme.two': 't/two.yml',
  });
  await expect(folderTemplates(home.path, './none')).rejects.toMatchObject({ code: 'TEMPLATE_FILE' });
});

test('editors get a schema that knows every key', () => {
  const { properties } = manifestJsonSchema() as { properties: Record<string, { properties?: object }> };
  expect(Object.keys(properties)).toContain('capabilities');
  expect(Object.keys(properties['contributes']!.properties!)).toContain('gatewayPolicies');
  expect(Object.keys(properties['capabilities']!.properties!)).toContain('network');
});

test('a file that is far too large to be a manifest is not read, and none that is no file', () => {
  using home = new PluginHome();
  home.write('plugin.json', JSON.stringify(base));
  truncateSync(join(home.path, 'plugin.json'), 3 * 1024 ** 3);
  expect(() => readManifest(home.path)).toThrow(expect.objectContaining({ code: 'PLUGIN_TOO_LARGE' }));
  rmSync(join(home.path, 'plugin.json'));
  execFileSync('mkfifo', [join(home.path, 'plugin.json')]);
  expect(() => readManifest(home.path)).toThrow(expect.objectContaining({ code: 'PLUGIN_MANIFEST_MISSING' }));
});
