import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';
import { PluginFolder } from './plugin-author.fixture.ts';

const plugin = (...args: readonly string[]) => backplane(['plugin', ...args]);

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
