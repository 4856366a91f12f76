import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PluginHome } from './plugin-home.fixture.ts';
import { pluginsConfigJsonSchema, readPluginsConfig } from './plugins-config.ts';

function read(text: string | undefined, environment: NodeJS.ProcessEnv = {}) {
  using home = new PluginHome();
  if (text !== undefined) home.write('plugins.yaml', text);
  return readPluginsConfig(`${home.path}/plugins.yaml`, '/base', environment);
}

function problems(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect((error as { code?: string }).code).toBe('CONFIG_INVALID');
    return (error as Error).message;
  }
  throw new Error('accepted');
}

test('without a file there are no settings', () => {
  expect(read(undefined)).toEqual({
    folder: '/base/plugins-local',
    apply: 'auto',
    plugins: {},
    trust: [],
    deny: [],
    sources: [],
    registries: [],
    npm: {
      builtFrom: {},
      minimumAgeDays: 3,
      minimumAgeExempt: [],
      require: { signature: 'preferred', provenance: 'none' },
      allow: [],
      deny: [],
    },
  });
  expect(read('plugins:\n')).toMatchObject({ plugins: {} });
});

test('a plugin is named with where it comes from and what it is told', () => {
  const text = `
folder: ../shared-plugins
defaults: { required: true }
plugins:
  acme: { use: "folder:acme", config: { url: "\${env:ACME_URL}", nested: { a: 1 } } }
  http: { enabled: false, required: false }
  mine: { use: "builtin:http" }
  plain:
  far: { use: "npm:@acme/far@^1" }
trust: [acme]
`;
  const config = read(text, { ACME_URL: 'https://acme.test' });
  expect(config.folder).toBe('/shared-plugins');
  expect(config.trust).toEqual(['acme']);
  expect(config.plugins).toMatchObject({
    acme: {
      enabled: true,
      required: true,
      use: { from: 'folder', path: '/base/acme' },
      config: { url: 'https://acme.test' },
    },
    http: { enabled: false, required: false },
    mine: { use: { from: 'builtin', id: 'http' } },
    plain: { enabled: true, required: true },
    far: { use: { from: 'other', text: 'npm:@acme/far@^1' } },
  });
  expect(config.plugins['acme']!.position).toMatchObject({ line: 5, column: 3 });
  expect(config.plugins['acme']!.configPosition(['nested', 'a'])).toMatchObject({ line: 5 });
});

test('all problems are reported at once, with their places and what was meant', () => {
  const text = problems(
    'floder: x\nplugins:\n  Acme: {}\n  acme: { enable: true, use: acme, config: [] }\n  env: { config: { a: "${env:NOT_SET}" } }\n',
  );
  expect(text).toMatch(/:1:1: floder: unknown key, did you mean `folder`\?/);
  expect(text).toMatch(/:3:\d+: plugins\.Acme: /);
  expect(text).toMatch(/:4:\d+: plugins\.acme\.enable: unknown key, did you mean `enabled`\?/);
  expect(text).toMatch(/:4:\d+: plugins\.acme\.use: expected `builtin:<id>` or `folder:<path>`/);
  expect(text).toMatch(/:4:\d+: plugins\.acme\.config: /);
  expect(text).toMatch(/:5:\d+: the environment variable NOT_SET is not set/);
});

test('text that is not YAML is refused with its place', () => {
  expect(problems('plugins: [\n')).toMatch(/plugins\.yaml:\d+:\d+: /);
});

test('a file that cannot be read says so', () => {
  using home = new PluginHome();
  home.write('plugins.yaml/inside', '');
  expect(() => readPluginsConfig(`${home.path}/plugins.yaml`, '/base', {})).toThrow('cannot be read: EISDIR');
});

test('editors get a schema', () => {
  expect(pluginsConfigJsonSchema()).toMatchObject({
    title: 'config/plugins.yaml',
    properties: { plugins: {}, folder: { default: './plugins-local' } },
  });
});

test('registries take their tokens from the environment or from secrets, never from their address', () => {
  const rows = `
registries:
  - url: https://npm.acme.example/
    scope: "@acme"
    token: \${env:NPM_TOKEN}
  - url: https://npm.corp.example/
    token: secret:NPM_TOKEN
allow: ["@acme/*"]
npm: { minimumAgeDays: 7, minimumAgeExempt: ["@acme/*"], require: { signature: required } }
`;
  expect(read(rows, { NPM_TOKEN: 'from-env' })).toMatchObject({
    registries: [{ scope: '@acme', token: 'from-env' }, { token: 'secret:NPM_TOKEN' }],
    npm: { minimumAgeDays: 7, allow: ['@acme/*'], require: { signature: 'required', provenance: 'none' } },
  });
  expect(() => read('registries:\n  - url: https://me:pass@npm.example/\n')).toThrow(/credentials under `token`/);
});

test('the example of docs/reference/plugin-sources.md is valid', () => {
  const page = readFileSync(new URL('../../docs/reference/plugin-sources.md', import.meta.url), 'utf8');
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(page)!;
  const { registries, npm } = read(example, { NPM_TOKEN: 'x' });
  expect(registries).toHaveLength(2);
  expect(npm).toMatchObject({ allow: ['@acme/*', 'left-pad'], minimumAgeExempt: ['@acme/*'] });
});
