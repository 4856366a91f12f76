import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../../network/local-server.fixture.ts';
import { type PluginFiles, pluginFiles, pluginSourceContract, signal } from '../plugin-source.contract.ts';
import { openNpm } from './npm-source.fixture.ts';
import { type PrivateRegistry, startVerdaccio } from './verdaccio.fixture.ts';

let registry: PrivateRegistry;
beforeAll(async () => {
  registry = await startVerdaccio();
});
afterAll(() => registry[Symbol.asyncDispose]());

let count = 0;

/** Each has a package of its own, since a version can be published once only. */
function renamed(files: PluginFiles, name: string, change: object = {}): PluginFiles {
  const pack = JSON.parse(files['package.json'] as string);
  return { ...files, 'package.json': JSON.stringify({ ...pack, ...change, name }) };
}

async function open(rules = {}) {
  const name = `@acme/tickets-${++count}`;
  const registries = [{ url: registry.url, token: 'secret:NPM_TOKEN' }];
  const under = await openNpm({ registries, rules, secrets: { NPM_TOKEN: registry.token } });
  return {
    ...under,
    name,
    absent: '@acme/no-such-thing@^1',
    async publish(files: PluginFiles) {
      await registry.publish(renamed(files, name));
      return `${name}@^1`;
    },
  };
}

pluginSourceContract(open, { carriesLinks: false });

test('a scope that needs a token is refused without one, and with a wrong one', async () => {
  for (const token of [undefined, 'wrong']) {
    await using under = await openNpm({
      registries: [{ url: registry.url, ...(token === undefined ? {} : { token }) }],
    });
    expect(await codeOf(under.source.resolve('@acme/tickets-1', signal))).toBe('PLUGIN_REGISTRY_REFUSED');
  }
});

test('a version published a moment ago is too young, unless its publisher is exempt', async () => {
  await using young = await open({ minimumAgeDays: 3 });
  const wish = await young.publish(pluginFiles());
  await expect(young.source.resolve(wish, signal)).rejects.toMatchObject({
    code: 'PLUGIN_VERSION_TOO_YOUNG',
    message: expect.stringContaining(`${young.name}@1.0.0`),
  });
  const registries = [{ url: registry.url, token: registry.token }];
  await using exempt = await openNpm({ registries, rules: { minimumAgeDays: 3, minimumAgeExempt: ['@acme/*'] } });
  expect(await exempt.source.resolve(wish, signal)).toMatchObject({ version: '1.0.0' });
});

test('a deprecated version is taken only for want of another, and says so', async () => {
  await using under = await open();
  const wish = await under.publish(pluginFiles());
  await registry.npm(under.base, 'deprecate', `${under.name}@1.0.0`, 'has a hole');
  expect(await under.source.resolve(wish, signal)).toMatchObject({
    version: '1.0.0',
    notes: [`${under.name}@1.0.0 is deprecated: has a hole`],
  });
  await under.publish(pluginFiles('1.0.1'));
  expect(await under.source.resolve(wish, signal)).toMatchObject({ version: '1.0.1', notes: [] });
});

test('bundled dependencies come along', async () => {
  await using under = await open();
  const files = renamed(inProcess(pluginFiles()), under.name, {
    dependencies: { dep: '^1' },
    bundleDependencies: ['dep'],
  });
  await registry.publish({ ...files, ...dependency('node_modules/dep/') });
  const { artifact } = await under.source.fetch(await under.source.resolve(under.name, signal), { signal });
  expect(existsSync(join(artifact.folder, 'node_modules/dep/index.js'))).toBe(true);
});

test('dependencies that npm shrinkwrap fixed are fetched, checked; those that nothing fixes are refused', async () => {
  await registry.publish(dependency(''));
  await using under = await open();
  const folder = mkdtempSync(join(tmpdir(), 'shrinkwrap-'));
  try {
    const files = renamed(inProcess(pluginFiles()), under.name, { dependencies: { dep: '^1' } });
    await registry.publish(files);
    const loose = await under.source.resolve(under.name, signal);
    expect(await codeOf(under.source.fetch(loose, { signal }))).toBe('PLUGIN_DEPENDENCIES_UNLOCKED');

    const next = renamed(inProcess(pluginFiles('1.1.0')), under.name, { dependencies: { dep: '^1' } });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), next['package.json'] as string);
    writeFileSync(join(folder, '.npmrc'), `registry=${registry.url}\n`);
    await registry.npm(folder, 'install', '--package-lock-only', '--ignore-scripts');
    const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
    await registry.publish({ ...next, 'npm-shrinkwrap.json': lock });
    const { artifact } = await under.source.fetch(await under.source.resolve(under.name, signal), { signal });
    expect(readFileSync(join(artifact.folder, 'node_modules/dep/index.js'), 'utf8')).toBe('export const dep = 1;\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function inProcess(files: PluginFiles): PluginFiles {
  return { ...files, 'package.json': (files['package.json'] as string).replace('"isolate"', '"process"') };
}

function dependency(below: string): PluginFiles {
  return {
    [`${below}package.json`]: JSON.stringify({ name: 'dep', version: '1.0.0', type: 'module', main: 'index.js' }),
    [`${below}index.js`]: 'export const dep = 1;\n',
  };
}
