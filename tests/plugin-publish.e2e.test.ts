import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PluginFolder } from '../core/cli/plugin-author.fixture.ts';
import { type NpmRegistry, startNpmRegistry } from './npm-registry.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

let registry: NpmRegistry;
beforeAll(async () => {
  registry = await startNpmRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

function publish(folder: PluginFolder, ...args: readonly string[]) {
  const main = join(checkout, 'core', 'main.ts');
  const all = [main, 'plugin', 'publish', folder.path, '--registry', registry.url, '--json', ...args];
  return JSON.parse(spawnSync(process.execPath, all, { env: registry.environment, encoding: 'utf8' }).stdout);
}

/** What the registry knows of a package. It closes idle connections, sometimes just as one is used again. */
const documentOf = (name: string): Promise<any> =>
  vi.waitFor(async () => (await fetch(`${registry.url}${name}`)).json(), { timeout: 5_000 });

test('a plugin goes to the registry once, with a tag; what it promised is kept, and breaking it needs a new minor version', async () => {
  using folder = new PluginFolder('parcels');
  expect(publish(folder, '--dry-run').integrity).toMatch(/^sha512-/);
  expect((await documentOf('backplane-plugin-parcels')).versions).toBeUndefined();
  expect(existsSync(folder.file('released.json'))).toBe(false);

  const { integrity } = publish(folder, '--tag', 'next');
  const document = await documentOf('backplane-plugin-parcels');
  expect(document['dist-tags']).toMatchObject({ next: '0.1.0' });
  expect(document.versions['0.1.0']).toMatchObject({ dist: { integrity }, backplane: { entry: './dist/plugin.js' } });
  expect(publish(folder).error).toMatchObject({
    code: 'PLUGIN_PUBLISH_FAILED',
    message: expect.stringMatching(/E409|EPUBLISHCONFLICT|previously published|already present/),
  });

  folder.replace(
    'src/greet.ts',
    "loud: z.boolean().default(false).describe('In capital letters.'),",
    'loud: z.boolean(),',
  );
  folder.replace('src/greet.ts', "input: { name: 'Ada' }, output", "input: { name: 'Ada', loud: false }, output");
  folder.change((pack, manifest) => {
    pack.version = manifest.version = '0.1.1';
  });
  expect(publish(folder).error).toMatchObject({
    code: 'PLUGIN_LINT_FAILED',
    message: expect.stringContaining('needs the argument `loud` since 0.1.0'),
  });
  folder.change((pack, manifest) => {
    pack.version = manifest.version = '0.2.0';
  });
  expect(publish(folder).version).toBe('0.2.0');
  expect(JSON.parse(readFileSync(folder.file('released.json'), 'utf8')).version).toBe('0.2.0');
});

test('who may not publish is told what npm said', () => {
  using folder = new PluginFolder('outsider');
  const { npm_config_userconfig: _login, ...stranger } = registry.environment;
  const args = [join(checkout, 'core', 'main.ts'), 'plugin', 'publish', folder.path, '--registry', registry.url];
  const ended = spawnSync(process.execPath, args, { env: stranger, encoding: 'utf8' });
  expect([ended.status, ended.stderr]).toEqual([1, expect.stringMatching(/PLUGIN_PUBLISH_FAILED.*(ENEEDAUTH|E401)/s)]);
});

test('npm create makes a plugin without a host, from the package as it is published', () => {
  using home = new PluginFolder('unused');
  const copy = join(home.home, 'create');
  cpSync(join(checkout, 'sdk', 'create'), copy, { recursive: true, filter: (name) => !name.includes('node_modules') });
  const scripts = {
    ...registry.environment,
    PATH: `${join(checkout, 'node_modules', '.bin')}:${registry.environment['PATH']}`,
  };
  execFileSync('npm', ['publish', '--access', 'public'], { cwd: copy, env: scripts, stdio: 'pipe' });
  execFileSync('npm', ['create', '--yes', '@backplane/plugin', 'parcels', '--', '--kind', 'oauth-provider', '--yes'], {
    cwd: home.home,
    env: registry.environment,
    stdio: 'pipe',
  });
  const made = JSON.parse(readFileSync(join(home.home, 'parcels', 'package.json'), 'utf8'));
  expect(made.backplane).toMatchObject({ id: 'parcels', contributes: { oauthProviders: ['parcels'] } });
});
