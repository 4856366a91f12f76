import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

/** A configuration of its own, with a plugin folder beside it that holds one broken plugin. */
function installation() {
  const folder = folderWith({});
  for (const name of ['config', 'plugins-local', 'plugins-local/broken']) mkdirSync(folder.path(name));
  writeFileSync(folder.path('config/backplane.yaml'), 'log:\n  level: warn\n');
  writeFileSync(
    folder.path('config/plugins.yaml'),
    'folder: ./plugins-local\nplugins:\n  broken: {}\n  email: {enabled: false}\ntrust: [broken]\n',
  );
  const manifest = {
    id: 'broken',
    version: '1.0.0',
    host: '*',
    sdk: 1,
    entry: './index.ts',
    tier: 'trusted',
    contributes: {},
  };
  writeFileSync(folder.path('plugins-local/broken/plugin.json'), JSON.stringify(manifest));
  writeFileSync(folder.path('plugins-local/broken/index.ts'), "throw new Error('no luck');\n");
  return folder;
}

test('doctor of a sound installation finds no fault', async () => {
  using folder = installation();
  writeFileSync(folder.path('config/plugins.yaml'), 'plugins: {}\n');
  const config = ['--config', folder.path('config')];
  const [text, json] = await Promise.all([
    backplane(['doctor', ...config]),
    backplane(['doctor', '--json', ...config]),
  ]);
  expect([text.code, text.stderr]).toEqual([0, '']);
  expect(text.stdout).toMatch(/^ok +Node: v/m);
  expect(text.stdout).toMatch(/^ok +sandbox: a script ran$/m);
  expect(text.stdout).toContain(`log.level  from ${folder.path('config/backplane.yaml')}:2:10`);
  expect(json.json().findings.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
  expect(json.json().settings).toEqual([{ key: 'log.level', origin: `${folder.path('config/backplane.yaml')}:2:10` }]);
});

test('a broken plugin is named by doctor, list and explain, and stops nothing else', async () => {
  using folder = installation();
  const config = ['--config', folder.path('config')];
  const [doctor, list, explain, disabled, unknown, works] = await Promise.all([
    backplane(['doctor', ...config]),
    backplane(['plugin', 'list', '--json', ...config]),
    backplane(['plugin', 'explain', 'broken', ...config]),
    backplane(['plugin', 'explain', 'email', ...config]),
    backplane(['plugin', 'explain', 'brokn', '--json', ...config]),
    backplane(['action', 'run', 'core.transform.reshape', '--input', '{"value": 1}', ...config]),
  ]);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/^FAULT +plugin broken: PLUGIN_LOAD_FAILED: .*no luck/m);
  expect(list.code).toBe(0);
  const states = Object.fromEntries(list.json().map(({ id, state }: Record<string, string>) => [id, state]));
  expect(states).toMatchObject({ broken: 'failed', email: 'disabled', transform: 'active' });
  expect(explain.stdout).toContain('no luck');
  expect(disabled.stdout).toContain('`enabled: false`');
  expect(unknown.code).toBe(2);
  expect(unknown.json().text).toContain('Did you mean `broken`?');
  expect(works).toMatchObject({ code: 0, stdout: '1\n' });
});

test('a configuration that cannot be used is told with its place', async () => {
  using folder = installation();
  writeFileSync(folder.path('config/backplane.yaml'), 'log:\n  level: loud\nserve: {}\n');
  const { code, stdout, stderr } = await backplane(['doctor', '--config', folder.path('config')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error CONFIG_INVALID: .*backplane\.yaml is not valid:\n(?:.*\n)*.*backplane\.yaml:2:\d+/);
});
