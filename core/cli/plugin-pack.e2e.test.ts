import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { expect, test } from 'vitest';
import { backplane } from './backplane.fixture.ts';
import { PluginFolder } from './plugin-author.fixture.ts';

const plugin = (...args: readonly string[]) => backplane(['plugin', ...args]);

test('the same plugin gives the same bytes wherever it lies, and the integrity is that of the file', async () => {
  using folder = new PluginFolder();
  folder.write('secrets.local.json', '{"acme": {"KEY": "hush"}}').write('.npmrc', '//registry/:_authToken=hush');
  const elsewhere = join(folder.home, 'a', 'deeper', 'place');
  mkdirSync(elsewhere, { recursive: true });
  cpSync(folder.path, elsewhere, { recursive: true, verbatimSymlinks: true });
  const [one, two] = [join(folder.home, 'one.tgz'), join(folder.home, 'two.tgz')];
  const first = (await plugin('pack', folder.path, '-o', one, '--json')).json();
  const second = (await plugin('pack', elsewhere, '-o', two, '--json')).json();
  expect(first.integrity).toBe(`sha512-${createHash('sha512').update(readFileSync(one)).digest('base64')}`);
  expect(second.integrity).toBe(first.integrity);
  expect(first.files).toEqual(['CHANGELOG.md', 'README.md', 'dist/plugin.js', 'package.json']);
});

test('what was packed runs without anything beside it, also for the tier isolate', async () => {
  using folder = new PluginFolder();
  folder.change((_pack, manifest) => {
    manifest.tier = 'isolate';
  });
  const file = join(folder.home, 'a.tgz');
  expect((await plugin('pack', folder.path, '-o', file)).code).toBe(0);
  execFileSync('tar', ['xzf', file, '-C', folder.home]);
  const code = readFileSync(join(folder.home, 'package', 'dist', 'plugin.js'), 'utf8');
  expect(code).not.toMatch(/^import /m);
  expect((await plugin('test', join(folder.home, 'package'), '--json')).json()).toMatchObject({ failed: 0 });
});

test('broken rules, code that cannot be bundled and modules that an isolate does not have are refused, and no archive is left', async () => {
  using folder = new PluginFolder();
  const file = join(folder.home, 'a.tgz');
  const refusal = async () => (await plugin('pack', folder.path, '-o', file, '--json')).json().error.code;
  folder
    .write('src/other.ts', `import 'not-installed';\n`)
    .replace('src/index.ts', 'import', `export const later = () => import('./other.ts');\nimport`);
  expect(await refusal()).toBe('PLUGIN_BUILD_FAILED');
  folder.write(
    'src/other.ts',
    `import { createHash } from 'node:crypto';\nexport const hash = () => createHash('sha256');\n`,
  );
  folder.change((_pack, manifest) => {
    manifest.tier = 'isolate';
  });
  expect(await refusal()).toBe('PLUGIN_BUILD_NOT_ISOLATED');
  folder.write('src/other.ts', `console.log(process.env.HOME);\n`);
  expect(await refusal()).toBe('PLUGIN_LINT_FAILED');
  expect(existsSync(file)).toBe(false);
});

test('with its dependencies it has the installed packages and runs; one that is not installed is named', async () => {
  using folder = new PluginFolder();
  folder.change((pack) => {
    pack.dependencies = { loud: '^1.0.0' };
  });
  folder.replace('src/greet.ts', 'import * as z', `import { loud } from 'loud';\nimport * as z`);
  folder.replace('src/greet.ts', 'greeting.toUpperCase()', 'loud(greeting)');
  folder.write(
    'node_modules/loud/package.json',
    '{"name":"loud","version":"1.0.0","main":"index.js","dependencies":{"upper":"^1"}}',
  );
  folder.write('node_modules/loud/index.js', `exports.loud = (text) => require('upper').upper(text);\n`);
  const file = join(folder.home, 'a.tgz');
  const missing = (await plugin('pack', folder.path, '-o', file, '--with-dependencies', '--json')).json();
  expect(missing.error).toMatchObject({
    code: 'PLUGIN_DEPENDENCY_MISSING',
    message: expect.stringMatching(/`upper`, which loud needs/),
  });
  folder.write('node_modules/upper/package.json', '{"name":"upper","version":"1.0.0","main":"index.js"}');
  folder.write('node_modules/upper/index.js', 'exports.upper = (text) => text.toUpperCase();\n');
  expect((await plugin('pack', folder.path, '-o', file, '--with-dependencies')).code).toBe(0);
  const names: string[] = [];
  await list({ file, onReadEntry: ({ path }) => names.push(path) });
  expect(names).toContain('package/node_modules/upper/index.js');
  execFileSync('tar', ['xzf', file, '-C', folder.home]);
  expect((await plugin('test', join(folder.home, 'package'), '--json')).json()).toMatchObject({ failed: 0 });
});
