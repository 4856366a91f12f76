import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginCode } from '../plugins/plugin-home.fixture.ts';
import { tgzOf } from '../plugins/sources/archive.fixture.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'standing-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function write(name: string, text: string | Buffer): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), text);
}

function backplane(...args: readonly string[]) {
  const where = ['--config', join(home, 'config'), '--data', join(home, 'data')];
  const { stdout, stderr, status } = spawnSync(process.execPath, ['core/main.ts', ...args, ...where], {
    cwd: checkout,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

function archive(id: string, code: string): Buffer {
  const contributes = { actions: [`tools.${id}.act`] };
  const manifest = { id, version: '1.0.0', host: '*', sdk: 1, entry: './index.ts', tier: 'process', contributes };
  return tgzOf([
    { path: 'package/plugin.json', content: JSON.stringify(manifest) },
    { path: 'package/index.ts', content: code },
  ]);
}

const WORKFLOW = `type: workflow
definition:
  title: Greet
  description: Greets.
  actions:
    - { ref: a, action: tools.acme.greet, args: { name: Eve } }
  returns: \${{ ACTIONS.a.result }}
`;
const TEMPLATE = `type: action
definition:
  title: Greet
  description: Greets.
  name: greet
  namespace: tools.acme
  display_group: Acme
  expects: { name: { type: str, description: Who. } }
  steps:
    - { ref: call, action: tools.acme.act, args: { name: "\${{ inputs.name }}" } }
  returns: \${{ steps.call.result }}
`;

beforeAll(() => {
  write('acme.tgz', archive('acme', pluginCode('acme', { run: '({ input }) => `Hello, ${input.name}!`' })));
  // Would be noticed if it were loaded for nothing.
  write('slow.tgz', archive('slow', `for (;;);\n${pluginCode('slow')}`));
  write(
    'config/plugins.yaml',
    'plugins:\n  acme: { use: "archive:./acme.tgz" }\n  slow: { use: "archive:./slow.tgz" }\n',
  );
  write('templates/greet.yaml', TEMPLATE);
  write('greet.yaml', WORKFLOW);
}, 60_000);

test('what nobody fetched is named, with the command that fetches it; nothing else stops', () => {
  expect(backplane('action', 'run', 'tools.acme.act', '--input', '{"name": "Ada"}').stderr).toContain(
    'ACTION_NOT_FOUND',
  );
  const explained = backplane('plugin', 'explain', 'acme').stdout;
  expect(explained).toContain('PLUGIN_NOT_FETCHED');
  expect(explained).toContain('backplane plugin apply');
});

test('locked plugins are seen by every command, and only those are loaded that are used', () => {
  expect(backplane('plugin', 'apply').status).toBe(0);
  const direct = backplane('action', 'run', 'tools.acme.act', '--input', '{"name": "Ada"}');
  // The plugin that cannot be loaded would be named here if anybody had tried.
  expect(direct).toEqual({ stdout: '"Hello, Ada!"\n', stderr: '', status: 0 });
  const templates = ['--templates', join(home, 'templates')];
  const called = backplane('action', 'run', 'tools.acme.greet', '--input', '{"name": "Bo"}', ...templates);
  expect(called).toMatchObject({ stdout: '"Hello, Bo!"\n' });
  expect(backplane('workflow', 'check', join(home, 'greet.yaml'), ...templates).stdout).toContain('1 file, 0 errors');
  expect(backplane('run', join(home, 'greet.yaml'), ...templates).stdout).toBe('"Hello, Eve!"\n');
});

test('a mistake in arguments of such an action is found without running it', () => {
  write('wrong.yaml', WORKFLOW.replace('tools.acme.greet', 'tools.acme.act').replace('name: Eve', 'nmae: Eve'));
  const { stderr, status } = backplane('workflow', 'check', join(home, 'wrong.yaml'));
  expect(stderr).toContain('nmae');
  expect(status).toBe(1);
});

test('files that somebody changed in the store do not run', () => {
  const store = join(home, 'data/plugins/acme');
  const file = join(store, readdirSync(store)[0]!, 'package/index.ts');
  rmSync(file);
  write(file.slice(home.length + 1), pluginCode('acme', { run: "() => 'evil'" }));
  const { stdout, stderr } = backplane('action', 'run', 'tools.acme.act', '--input', '{"name": "Ada"}');
  expect(stdout).toBe('');
  expect(stderr).toContain('PLUGIN_STORE_DAMAGED');
});
