import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PluginHome, pluginCode, type Report } from './plugin-home.fixture.ts';

const BUILTIN = fileURLToPath(new URL('../../plugins/actions', import.meta.url));

test('a folder with TypeScript, no build and no node_modules brings its actions', async () => {
  using home = new PluginHome();
  home
    .plugin('acme', pluginCode('acme', { run: '({ input }) => ({ greeting: `Hello, ${input.name}!` })' }))
    .write('plugins.yaml', 'plugins:\n  acme: {}\n');
  const report = await home.run({
    calls: [{ name: 'tools.acme.act', args: { name: 'Ada' } }],
    explain: ['acme', 'acne'],
  });
  expect(report.records).toMatchObject([
    { id: 'acme', version: '1.0.0', state: 'active', codeLoaded: true, tier: 'trusted' },
  ]);
  expect(report.answers).toEqual([{ result: { greeting: 'Hello, Ada!' } }]);
  expect(report.explanations[0]).toContain('acme 1.0.0 is active');
  expect(report.explanations[1]).toContain('Did you mean `acme`?');
  expect(report.left).toEqual([]);
});

test('a plugin starts with its configuration, and its clean-ups run last-in first-out when the host stops', async () => {
  using home = new PluginHome();
  const start = `config: z.object({ url: z.url(), retries: z.number().default(3) }),
    start({ config, defer, log }) {
      log.info('started', config);
      defer(() => log.info('first in'));
      defer(() => { throw new Error('a clean-up that fails'); });
      defer(() => log.info('last in'));
    }`;
  home
    .plugin('acme', pluginCode('acme', { plugin: start }))
    .write('plugins.yaml', 'plugins:\n  acme: { config: { url: "https://acme.test" } }\n');
  const { stderr } = await home.run();
  expect(stderr).toContain('"url":"https://acme.test","retries":3');
  expect(stderr).toMatch(/last in.*a clean-up that fails.*first in/s);
});

test('a plugin calls another that it requires, in a version that fits', async () => {
  using home = new PluginHome();
  const provides = `provides: { size: defineMethod({ summary: 'Size.', input: z.object({ text: z.string() }), output: z.number(), run: ({ input }) => input.text.length }) },`;
  const calls = {
    spec: `deps: { tools: dependency('tools') },`,
    run: `({ deps }) => deps.tools.size({ text: 'four' })`,
  };
  const imports = { before: `import { defineMethod, dependency } from '@backplane/sdk';` };
  const methods = { contributes: { actions: ['tools.tools.act'], methods: ['size'] } };
  home
    .plugin('tools', pluginCode('tools', { ...imports, plugin: provides }), methods)
    .plugin('good', pluginCode('good', { ...imports, ...calls }), { requires: { tools: '^1' } })
    .plugin('late', pluginCode('late', { ...imports, ...calls }), { requires: { tools: '^2' } })
    .write('plugins.yaml', 'plugins:\n  tools: {}\n  good: {}\n  late: {}\n');
  const report = await home.run({ calls: [{ name: 'tools.good.act' }, { name: 'tools.late.act' }] });
  expect(report.answers).toMatchObject([{ result: 4 }, { error: { code: 'PLUGIN_DEPENDENCY_UNAVAILABLE' } }]);
});

test('a plugin that lies in the folder without being named does not run', async () => {
  using home = new PluginHome();
  home.plugin('acme', `console.log('ran'); ${pluginCode('acme')}`);
  const report = await home.run({ explain: ['acme'] });
  expect(report.records).toMatchObject([{ id: 'acme', state: 'discovered' }]);
  expect(report.explanations[0]).toContain('not named in config/plugins.yaml');
  expect(report.actions).toEqual([]);
});

test('a disabled plugin does not run', async () => {
  using home = new PluginHome();
  home.plugin('acme', 'throw new Error("ran")').write('plugins.yaml', 'plugins:\n  acme: { enabled: false }\n');
  expect((await home.run()).records).toMatchObject([{ id: 'acme', state: 'disabled' }]);
});

test('a host does not start without a plugin that is required', async () => {
  using home = new PluginHome();
  home.plugin('acme', 'throw new Error("broken")').write('plugins.yaml', 'plugins:\n  acme: { required: true }\n');
  expect((await home.run()).refused).toMatchObject({
    code: 'PLUGIN_REQUIRED_FAILED',
    message: expect.stringContaining('broken'),
  });
});

test('a slow plugin joins later and does not hold up the others', async () => {
  using home = new PluginHome();
  const before = 'await new Promise((resolve) => setTimeout(resolve, 1500));';
  home
    .plugin('slow', pluginCode('slow', { before }))
    .plugin('quick', pluginCode('quick'))
    .write('plugins.yaml', 'plugins:\n  slow: {}\n  quick: {}\n');
  const report = await home.run({
    deadlines: { patienceMs: 100 },
    waitFor: { id: 'slow', state: 'active' },
    calls: [{ name: 'tools.slow.act' }],
  });
  expect(report.bootMs).toBeLessThan(1400);
  expect(report.answers).toEqual([{ result: 'done' }]);
});

test('stopping the host gives up on a plugin that still hangs', async () => {
  using home = new PluginHome();
  home.plugin('hangs', 'await new Promise(() => {});').write('plugins.yaml', 'plugins:\n  hangs: {}\n');
  const report = await home.run({ deadlines: { patienceMs: 50, loadMs: 60_000 }, exitByItself: true });
  expect(report.code).toBe(0);
  expect(report.records).toMatchObject([{ id: 'hangs', state: 'verified' }]);
});

test('a plugin in a folder can take the place of a built-in one', async () => {
  using home = new PluginHome();
  home
    .plugin('require', pluginCode('require'))
    .write('plugins.yaml', 'plugins:\n  require: { use: "folder:plugins-local/require" }\n');
  const report = await home.run({ builtinDirs: [BUILTIN] });
  expect(report.actions).toContain('tools.require.act');
  expect(report.actions).not.toContain('core.require');
});

test('the manifests of all built-in plugins say exactly what their code contributes', async () => {
  using home = new PluginHome();
  const { records, bootMs } = await home.run({ builtinDirs: [BUILTIN], readAll: true });
  expect(records.length).toBeGreaterThanOrEqual(6);
  expect(records.filter(({ state, codeLoaded }) => state !== 'active' || !codeLoaded)).toEqual([]);
  expect(bootMs).toBeLessThan(400);
});

test('a built-in plugin is loaded by the first use of one of its actions', async () => {
  using home = new PluginHome();
  home.write('plugins.yaml', 'plugins:\n  http: { enabled: false }\n');
  const report = await home.run({
    builtinDirs: [BUILTIN],
    calls: [{ name: 'core.require', args: { conditions: true } }],
  });
  expect(report.answers).toEqual([{ result: true }]);
  const loaded = report.records.filter((record) => record.codeLoaded).map(({ id }) => id);
  expect(loaded).toEqual(['require']);
  expect(report.records.find(({ id }) => id === 'http')).toMatchObject({ state: 'disabled' });
});

test('a broken built-in plugin fails at first use and leaves the list of actions readable', async () => {
  using home = new PluginHome();
  home
    .plugin('broken', 'throw new Error("at load")')
    .plugin('liar', pluginCode('liar'), { contributes: { actions: ['tools.liar.other'] } });
  const builtinDirs = [join(home.path, 'plugins-local')];
  const calls = [{ name: 'tools.broken.act' }, { name: 'tools.liar.other' }, { name: 'tools.liar.other' }];
  const report = await home.run({ builtinDirs, calls });
  const codes = report.answers.map(({ error }) => error?.code);
  expect(codes).toEqual([
    'PLUGIN_LOAD_FAILED',
    expect.stringMatching(/PLUGIN_(LOAD_FAILED|INDEX_DRIFT)/),
    'ACTION_NOT_FOUND',
  ]);
  expect(report.records.map(({ state }) => state)).toEqual(['failed', 'failed']);
  const listed = await home.run({ builtinDirs, readAll: true });
  expect(listed.records.map(({ state }) => state)).toEqual(['failed', 'failed']);
});

describe('each way to be broken ends in a code of its own, and the others go on', () => {
  const home = new PluginHome();
  let report: Report;
  const broken: Readonly<
    Record<string, readonly [code: string, text: RegExp, position?: { file: RegExp; line: number }]>
  > = {
    throws: ['PLUGIN_LOAD_FAILED', /nothing works/, { file: /throws\/index\.ts$/, line: 2 }],
    'throws-nothing': ['PLUGIN_LOAD_FAILED', /threw null/],
    'syntax-error': ['PLUGIN_LOAD_FAILED', /./, { file: /syntax-error\/index\.ts$/, line: 2 }],
    'no-module': ['PLUGIN_LOAD_FAILED', /left-pad/],
    hangs: ['PLUGIN_LOAD_TIMEOUT', /within 1 s/],
    'start-hangs': ['PLUGIN_START_TIMEOUT', /within 1 s/],
    'start-throws': ['PLUGIN_START_FAILED', /no start today/],
    'no-export': ['PLUGIN_EXPORT_INVALID', /no default export/],
    'wrong-export': ['PLUGIN_EXPORT_INVALID', /not a plugin/],
    'other-id': ['PLUGIN_EXPORT_INVALID', /"somebody-else"/],
    'plain-action': ['PLUGIN_CONTRIBUTION_INVALID', /not made with one of the `define…` functions/],
    'bad-action': ['PLUGIN_CONTRIBUTION_INVALID', /bad_action\.act: effect:/],
    'throwing-getter': ['PLUGIN_EXPORT_INVALID', /gotcha/],
    'hostile-proxy': ['PLUGIN_EXPORT_INVALID', /./],
    'fake-prototype': ['PLUGIN_EXPORT_INVALID', /not a plugin/],
    drift: ['PLUGIN_INDEX_DRIFT', /manifest lists `tools\.drift\.other`[\s\S]*code contributes `tools\.drift\.act`/],
    greedy: ['PLUGIN_CAPABILITY_UNDECLARED', /`http`, which needs the capability `network`/],
    thief: ['ACTION_DUPLICATE', /good@1\.0\.0.*thief@1\.0\.0/],
    outside: ['PLUGIN_ENTRY_OUTSIDE', /leads out/],
    'outside-link': ['PLUGIN_ENTRY_OUTSIDE', /leads out/],
    'no-entry': ['PLUGIN_ENTRY_MISSING', /nowhere\.ts/],
    'two-manifests': ['PLUGIN_MANIFEST_TWICE', /plugin\.json.*package\.json/],
    'no-manifest': ['PLUGIN_MANIFEST_MISSING', /no-manifest/],
    'bad-manifest': [
      'PLUGIN_MANIFEST_INVALID',
      /:4:\d+: vresion: unknown key, did you mean `version`\?/,
      { file: /bad-manifest\/plugin\.json$/, line: 1 },
    ],
    'bad-json': ['PLUGIN_MANIFEST_INVALID', /bad-json\/plugin\.json/],
    'future-host': ['PLUGIN_HOST_RANGE', /needs a host of version \^9; this is 0\.1\.0/],
    'future-sdk': ['PLUGIN_SDK_GENERATION', /generation 2/],
    'other-tier': ['PLUGIN_TIER_UNSUPPORTED', /`isolate`/],
    'from-npm': ['PLUGIN_SOURCE_UNSUPPORTED', /npm:@acme\/x/],
    misnamed: ['PLUGIN_ID_MISMATCH', /`real-name`/],
    goood: ['PLUGIN_NOT_FOUND', /Did you mean `good`/],
    'bad-typosquat': ['PLUGIN_DENIED', /\*-typosquat/],
    'bad-config': ['PLUGIN_CONFIG_INVALID', /url/, { file: /plugins\.yaml$/, line: 36 }],
    'no-config': ['PLUGIN_CONFIG_INVALID', /takes no configuration/],
  };

  beforeAll(async () => {
    const code = (id: string, parts = {}) => home.plugin(id, pluginCode(id, parts));
    code('good');
    home.plugin('throws', "\nthrow new Error('nothing works');");
    home.plugin('throws-nothing', 'throw null;');
    home.plugin('syntax-error', 'const fine = 1;\nconst = 2;');
    home.plugin('no-module', "import 'left-pad';");
    home.plugin('hangs', 'await new Promise(() => {});');
    code('start-hangs', { plugin: 'start: () => new Promise(() => {})' });
    code('start-throws', { plugin: "start() { throw new Error('no start today'); }" });
    home.plugin('no-export', 'export const x = 1;');
    home.plugin('wrong-export', "export default { id: 'wrong-export', contributes: [] };");
    home.plugin('other-id', pluginCode('somebody-else'), { contributes: { actions: ['tools.somebody_else.act'] } });
    home.plugin(
      'plain-action',
      "import { definePlugin } from '@backplane/sdk';\nexport default definePlugin({ id: 'plain-action', contributes: [{ name: 'a.b' }] } as never);",
    );
    code('bad-action', { spec: "effect: 'none' as never," });
    const tagged = "const TAG = Symbol.for('backplane.contribution');\n";
    home.plugin(
      'throwing-getter',
      `${tagged}export default { [TAG]: 'plugin', generation: 1, id: 'throwing-getter', get contributes() { throw new Error('gotcha'); } };`,
    );
    home.plugin(
      'hostile-proxy',
      `${tagged}export default new Proxy({ [TAG]: 'plugin' }, { get(_, key) { if (key === 'then') return undefined; throw { get message() { throw 1; } }; } });`,
    );
    home.plugin(
      'fake-prototype',
      `${tagged}Object.prototype.polluted = undefined;\nexport default Object.create({ [TAG]: 'plugin', generation: 1, id: 'fake-prototype', contributes: [] });`,
    );
    home.plugin('drift', pluginCode('drift'), { contributes: { actions: ['tools.drift.other'] } });
    code('greedy', { spec: "uses: ['http']," });
    home.plugin('thief', pluginCode('thief'), { contributes: { actions: ['tools.good.act'] } });
    home.plugin('outside', '', { entry: '../good/index.ts' });
    home.plugin('outside-link', '', { entry: './link.ts' });
    symlinkSync('../good/index.ts', join(home.path, 'plugins-local/outside-link/link.ts'));
    home.plugin('no-entry', '', { entry: './nowhere.ts' });
    code('two-manifests').write('plugins-local/two-manifests/package.json', '{"name": "x", "backplane": {}}');
    mkdirSync(join(home.path, 'plugins-local/no-manifest'));
    home
      .plugin('bad-manifest', '')
      .write(
        'plugins-local/bad-manifest/plugin.json',
        '{\n  "id": "bad-manifest",\n  "host": "latest",\n  "vresion": "1.0.0",\n  "sdk": 1,\n  "entry": "./index.ts"\n}',
      );
    home.plugin('bad-json', '').write('plugins-local/bad-json/plugin.json', '{ "id": ');
    home.plugin('future-host', '', { host: '^9' });
    home.plugin('future-sdk', '', { sdk: 2 });
    home.plugin('other-tier', '', { tier: 'process' });
    home.plugin('misnamed', '', { id: 'real-name' });
    code('bad-typosquat');
    const config = { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] };
    home.plugin('bad-config', pluginCode('bad-config'), { config });
    code('no-config');
    const settings: Record<string, string> = {
      'from-npm': '{ use: "npm:@acme/x@^1" }',
      'other-tier': '{ tier: isolate }',
      'bad-config': '{ config: { url: 7 } }',
      'no-config': '{ config: { a: 1 } }',
    };
    const lines = ['good', ...Object.keys(broken)].map((id) => `  ${id}: ${settings[id] ?? '{}'}`);
    writeFileSync(join(home.path, 'plugins.yaml'), `deny: ["*-typosquat"]\nplugins:\n${lines.join('\n')}\n`);
    const settled = { id: 'start-hangs', state: 'failed' };
    report = await home.run({
      deadlines: { loadMs: 1000, startMs: 1000 },
      waitFor: settled,
      calls: [{ name: 'tools.good.act' }],
      explain: ['throws'],
    });
  });
  afterAll(() => home[Symbol.dispose]());

  test('the good plugin among them works', () => {
    expect(report.answers).toEqual([{ result: 'done' }]);
    expect(report.actions).toEqual(['tools.good.act']);
    expect(report.records.filter(({ state }) => state !== 'failed').map(({ id }) => id)).toEqual(['good']);
  });

  test.each(Object.entries(broken))('%s', (id, [code, text, position]) => {
    const { error } = report.records.find((record) => record.id === id)!;
    expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
    expect(error?.remedy).toBeTruthy();
    if (position === undefined) return;
    expect(error?.position?.line).toBe(position.line);
    expect(error?.position?.file).toMatch(position.file);
  });

  test('explain names the code, the place and the remedy', () => {
    expect(report.explanations[0]).toMatch(/PLUGIN_LOAD_FAILED[\s\S]*Place: .*throws\/index\.ts:2:\d+[\s\S]*Remedy: /);
  });
});

test('a plugin named under `trust` runs in the host process when it asks to, and only then', async () => {
  using home = new PluginHome();
  home
    .plugin('acme', pluginCode('acme'))
    .plugin('beta', pluginCode('beta'), { tier: undefined })
    .write('plugins.yaml', 'plugins:\n  acme: {}\n  beta: {}\ntrust: [acme, beta]\n');
  expect((await home.run()).records).toMatchObject([
    { id: 'acme', state: 'active' },
    {
      id: 'beta',
      state: 'failed',
      error: { code: 'PLUGIN_TIER_UNSUPPORTED', message: expect.stringMatching(/process/) },
    },
  ]);
});

test('a rejected promise and a throwing timer that a plugin leaves behind are put down to it, and the host goes on', async () => {
  using home = new PluginHome();
  const before = "Promise.reject(new Error('left behind'));\nsetTimeout(() => { throw new Error('late'); }, 50);";
  home
    .plugin('messy', pluginCode('messy', { before }))
    .plugin('good', pluginCode('good'))
    .write('plugins.yaml', 'plugins:\n  messy: {}\n  good: {}\n');
  const report = await home.run({
    waitForFaults: { id: 'messy', faults: 2 },
    calls: [{ name: 'tools.good.act' }],
    explain: ['messy'],
  });
  expect(report.code).toBe(0);
  expect(report.answers).toEqual([{ result: 'done' }]);
  expect(report.records.find(({ id }) => id === 'messy')?.faults).toBe(2);
  expect(report.explanations[0]).toMatch(/failed 2 times outside any call/);
});
