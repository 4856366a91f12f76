import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS } from '@backplane/create-plugin';
import { list } from 'tar';
import { describe, expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';
import { PluginFolder } from './plugin-author.fixture.ts';

const plugin = (...args: readonly string[]) => backplane(['plugin', ...args]);

describe('create', () => {
  test.each(
    Object.keys(KINDS),
  )('a new plugin of the kind %s is tested, checked and packed within a minute, without a network', async (kind) => {
    using home = folderWith({});
    for (const language of ['ts', 'js']) {
      const folder = home.path(`acme-${language}`);
      const begun = performance.now();
      const made = (await plugin('create', folder, '--kind', kind, '--language', language, '--json')).json();
      expect(made).toMatchObject({ id: `acme-${language}`, kind, missing: [] });
      expect(made.files.length).toBeLessThan(15);
      const said = execFileSync('npm', ['test'], { cwd: folder, encoding: 'utf8' });
      expect(said).toMatch(/pass [1-9]/);
      expect(performance.now() - begun).toBeLessThan(60_000);
      if (language === 'js') continue;
      expect((await plugin('test', folder, '--json')).json()).toMatchObject({ failed: 0 });
      expect((await plugin('lint', folder, '--json')).json()).toMatchObject({ findings: [] });
      expect((await plugin('pack', folder, '-o', home.path(`${language}.tgz`))).code).toBe(0);
      execFileSync('npm', ['run', 'check'], { cwd: folder });
    }
  });

  test('a folder with files, an unusable id and an unknown kind are refused, and nothing is written', async () => {
    using home = folderWith({ 'mine.txt': 'precious' });
    for (const args of [
      [home.path()],
      [home.path('new'), '--id', 'No Good'],
      [home.path('new'), '--kind', 'miracle'],
      [home.path('new'), '--language', 'cobol'],
    ]) {
      const ended = await plugin('create', ...args, '--yes');
      expect([args, ended.code, ended.stderr]).toEqual([args, 2, expect.stringContaining('PLUGIN_CREATE_REFUSED')]);
    }
    expect(readdirSync(home.path())).toEqual(['mine.txt']);
  });
});

describe('lint', () => {
  test('--fix writes the index that the code has, and what cannot be corrected stays with its place', async () => {
    using folder = new PluginFolder();
    folder.change((_pack, manifest) => {
      manifest.contributes = { actions: ['tools.acme.gone'] };
      manifest.host = '*';
    });
    folder.replace('src/greet.ts', 'run({ input }) {', 'run({ input }) {\n    console.log(input);');
    const before = await plugin('lint', folder.path, '--json');
    expect(before.code).toBe(1);
    expect(before.json()).toMatchObject({ errors: 2, warnings: 1, fixed: [] });
    const after = await plugin('lint', folder.path, '--fix');
    expect(after.code).toBe(0);
    expect(after.stdout).toMatch(/corrected package\.json[\s\S]*greet\.ts:20:5: warning no-console/);
    const { backplane: manifest } = JSON.parse(readFileSync(folder.file('package.json'), 'utf8'));
    expect(manifest).toMatchObject({ host: '^0.1.0', contributes: { actions: ['tools.acme.greet'] } });
  });

  test('code that cannot be loaded is one finding, at its place', async () => {
    using folder = new PluginFolder();
    folder.write('src/greet.ts', 'export const greet = {{{');
    const { findings } = (await plugin('lint', folder.path, '--json')).json();
    expect(findings).toMatchObject([
      {
        rule: 'host-accepts',
        message: expect.stringContaining('PLUGIN_LOAD_FAILED'),
        position: { file: folder.file('src/greet.ts'), line: 1 },
      },
    ]);
  });
});

describe('test', () => {
  test('an example that does not hold, an action that ignores a cancellation and a failing test of its own are named', async () => {
    using folder = new PluginFolder();
    folder.replace('src/greet.ts', 'Hello, Ada!', 'Good day, Ada!');
    folder.replace(
      'src/greet.ts',
      'run({ input }) {',
      'async run({ input }) {\n    if (input.loud === false) await new Promise((done) => setTimeout(done, 4_000));',
    );
    const ended = await plugin('test', folder.path, '--json');
    expect(ended.code).toBe(1);
    const failed = [...ended.json().contract, ...ended.json().tests].filter(({ state }) => state === 'failed');
    expect(failed.map(({ name }) => name)).toEqual([
      'the example “A greeting” gives what it promises',
      'it ends when the run is cancelled',
    ]);
    folder.replace('src/greet.test.ts', "greeting: 'HELLO, ADA!'", "greeting: 'other'");
    const own = (await plugin('test', folder.path)).stdout;
    expect(own).toMatch(/✖ src\/greet\.test\.ts: can be loud/);
  });

  test('other kinds are held to the suites of the SDK', async () => {
    using home = folderWith({});
    const folder = home.path('acme');
    await plugin('create', folder, '--kind', 'expression-function', '--yes');
    const file = home.path('acme/src/slug.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('hello-world', 'hello_world'));
    const { contract } = (await plugin('test', folder, '--json')).json();
    expect(contract.filter(({ state }: { state: string }) => state === 'failed')).toMatchObject([
      { problem: expect.stringContaining('PLUGIN_FUNCTION_EXAMPLE') },
    ]);
  });

  test('an action that ends its process fails its contract, and the tool goes on', async () => {
    using folder = new PluginFolder();
    folder.replace('src/greet.ts', 'run({ input }) {', 'run({ input }) {\n    process.exit(3);');
    const ended = await plugin('test', folder.path, '--json');
    expect(ended.json().contract).toContainEqual(
      expect.objectContaining({ state: 'failed', problem: expect.stringContaining('exit code 3') }),
    );
  });

  test('what only a host has is no fault: other plugins, a database', async () => {
    using folder = new PluginFolder();
    folder.change((_pack, manifest) => {
      manifest.requires = { ledger: '^1.0.0' };
      manifest.capabilities = { database: { why: 'Keeps what was said.' } };
    });
    folder.replace('src/greet.ts', "effect: 'pure',", "uses: ['database'],\n  effect: 'read',");
    expect((await plugin('lint', folder.path, '--json')).json()).toMatchObject({ errors: 0 });
    const { failed, contract } = (await plugin('test', folder.path, '--json')).json();
    const skipped = contract.filter(({ state }: { state: string }) => state === 'skipped');
    expect([failed, skipped.length]).toEqual([0, 2]);
    expect(skipped[0].problem).toContain('only a host can run it');
    folder.replace('src/index.ts', 'contributes:', "uses: ['database'], async start() {}, contributes:");
    expect((await plugin('pack', folder.path, '-o', folder.file('../acme.tgz'))).code).toBe(0);
  });

  test('requests are answered from the recording of the action, never from the network', async () => {
    using folder = new PluginFolder();
    sendsRequests(folder);
    const skipped = (await plugin('test', folder.path, '--json')).json();
    expect(skipped.contract).toContainEqual(
      expect.objectContaining({
        state: 'skipped',
        problem: expect.stringContaining('fixtures/tools.acme.greet.json is missing'),
      }),
    );
    folder.write('fixtures/tools.acme.greet.json', JSON.stringify({ status: 200, data: 'Hello, Ada!' }));
    const { contract } = (await plugin('test', folder.path, '--json')).json();
    expect(contract.find(({ name }: { name: string }) => name.includes('A greeting'))).toMatchObject({
      state: 'passed',
    });
  });
});

/** Its greeting comes from a service. */
function sendsRequests(folder: PluginFolder): void {
  folder.change((_pack, manifest) => {
    manifest.capabilities = { network: [{ host: 'greetings.example', why: 'Greetings are asked for there.' }] };
  });
  folder.replace('src/greet.ts', "effect: 'pure',", "effect: 'read',\n  uses: ['http'],");
  folder.replace('src/greet.ts', 'run({ input }) {', 'async run({ input, http }) {');
  folder.replace(
    'src/greet.ts',
    'const greeting = `Hello, ${input.name}!`;',
    "const greeting = new TextDecoder().decode((await http.send({ url: 'https://greetings.example/' })).body);",
  );
}

describe('docs', () => {
  test('the page has the fields and what the examples really give; an example that does not hold is an error', async () => {
    using folder = new PluginFolder();
    const page = (await plugin('docs', folder.path)).stdout;
    expect(page).toContain('| `name` | string | yes |  | Who is greeted. |');
    expect(page).toMatch(/### Example: A loud one[\s\S]*"greeting": "HELLO, ADA!"/);
    folder.replace('src/greet.ts', 'HELLO, ADA!', 'HELLO, EVE!');
    const ended = await plugin('docs', folder.path, '--json');
    expect(ended.code).toBe(1);
    expect(ended.json().error).toMatchObject({
      code: 'PLUGIN_EXAMPLE_FAILED',
      message: expect.stringContaining('A loud one'),
    });
  });

  test('hosts stand there with the reason why', async () => {
    using folder = new PluginFolder();
    sendsRequests(folder);
    expect((await plugin('docs', folder.path)).stdout).toContain(
      '| network | `greetings.example` | Greetings are asked for there. |',
    );
  });
});

describe('pack', () => {
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
});
