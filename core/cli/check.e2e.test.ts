import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

const WORKFLOW = `type: workflow
definition:
  title: Broken
  description: Three mistakes.
  actions:
    - ref: one
      action: core.transform.reshap
      args: {value: 1}
    - ref: two
      action: core.transform.reshape
      depends_on: [onee]
      args: {value: "\${{ ACTIONS.one.result + }}"}
`;

const TEMPLATE = `type: action
definition:
  name: broken
  namespace: tools.acme
  title: Broken
  description: Two mistakes.
  display_group: Acme
  expects: {}
  steps:
    - ref: one
      action: core.transform.reshape
      args: {valeu: 1}
  returns: \${{ steps.oen.result }}
`;

test('a workflow is checked whole: every problem with its place', async () => {
  using folder = folderWith({ 'broken.yaml': WORKFLOW, 'template.yaml': TEMPLATE, 'syntax.yml': 'a: [1\nb: }\n' });
  const file = folder.path('broken.yaml');
  const [plain, json, all] = await Promise.all([
    backplane(['workflow', 'check', file]),
    backplane(['workflow', 'check', file, '--json']),
    backplane(['workflow', 'check', folder.path()]),
  ]);
  expect(plain).toMatchObject({ code: 1, stdout: '1 file, 3 errors\n' });
  for (const place of [
    `${file}:7:15  error WORKFLOW_ACTION_UNKNOWN`,
    `${file}:11:20  error WORKFLOW_DEPENDENCY_UNKNOWN`,
    `${file}:12:47  error LANGUAGE_SYNTAX`,
  ]) {
    expect(plain.stderr).toContain(place);
  }
  expect(json).toMatchObject({ code: 1, stderr: '' });
  expect(json.json()).toMatchObject({ files: 1, errors: 3 });
  expect(json.json().problems[0]).toMatchObject({
    code: 'WORKFLOW_ACTION_UNKNOWN',
    severity: 'error',
    didYouMean: 'core.transform.reshape',
    position: { file, line: 7, column: 15 },
  });
  expect(all.stdout).toMatch(/^2 files, /);
  expect(all.stderr).toMatch(/syntax\.yml:\d+:\d+ {2}error YAML_/);
});

test('a template is checked whole: every problem with its place', async () => {
  using folder = folderWith({ 'broken.yaml': WORKFLOW, 'template.yaml': TEMPLATE });
  const [plain, json] = await Promise.all([
    backplane(['template', 'check', folder.path()]),
    backplane(['template', 'check', folder.path('template.yaml'), '--json']),
  ]);
  expect(plain).toMatchObject({ code: 1, stdout: expect.stringMatching(/^1 file, \d+ errors\n$/) });
  const file = folder.path('template.yaml');
  expect(plain.stderr).toContain(`${file}:12:14  error ARGUMENT_UNKNOWN`);
  expect(plain.stderr).toMatch(/template\.yaml:13:\d+ {2}error LANGUAGE_STEP_UNKNOWN .*Did you mean `one`\?/);
  expect(json).toMatchObject({ code: 1, stderr: '' });
  expect(json.json().problems.map(({ code }: { code: string }) => code)).toContain('ARGUMENT_UNKNOWN');
});

test('what cannot be read is wrong usage; an empty folder and linked files are fine', async () => {
  using folder = folderWith({});
  mkdirSync(folder.path('empty'));
  const [missing, template, empty] = await Promise.all([
    backplane(['workflow', 'check', folder.path('none.yaml'), '--json']),
    backplane(['template', 'check', folder.path('none.yaml')]),
    backplane(['workflow', 'check', folder.path('empty')]),
  ]);
  expect([missing.code, missing.json().error.code]).toEqual([2, 'TEMPLATE_FILE']);
  expect(template).toMatchObject({ code: 2, stdout: '' });
  expect(empty).toMatchObject({ code: 0, stdout: '0 files, 0 errors\n', stderr: '' });
});

const DIAMOND = `title: Diamond
actions:
  - {ref: a, action: core.transform.reshape, args: {value: 1}}
  - {ref: b, action: core.transform.reshape, depends_on: [a], run_if: "\${{ TRIGGER.deep }}", args: {value: 2}}
  - {ref: c, action: core.transform.reshape, depends_on: [a, b], args: {value: "\${{ SECRETS.vault.KEY }}"}}
`;

test('warnings are shown and fail the check only on request', async () => {
  using folder = folderWith({ 'diamond.yaml': DIAMOND });
  const file = folder.path('diamond.yaml');
  const [plain, strict, same, json] = await Promise.all([
    backplane(['workflow', 'check', file]),
    backplane(['workflow', 'check', file, '--strict-warnings']),
    backplane(['workflow', 'check', file, '--warnings-as-errors']),
    backplane(['workflow', 'check', file, '--json']),
  ]);
  expect(plain).toMatchObject({
    code: 0,
    stdout: 'needs the secret vault.KEY in default: `c` (core.transform.reshape)\n1 file, 0 errors, 1 warning\n',
  });
  expect(plain.stderr).toContain(`${file}:5:58  warning WORKFLOW_JOIN_MAY_BREAK  \`c\` waits`);
  expect([strict.code, same.code]).toEqual([1, 1]);
  expect(json.json()).toMatchObject({
    files: 1,
    errors: 0,
    warnings: 1,
    problems: [{ code: 'WORKFLOW_JOIN_MAY_BREAK', severity: 'warning', position: { line: 5 } }],
    needs: [{ kind: 'secret', name: 'vault.KEY', environment: 'default' }],
  });
});

test('secrets, variables and workflows that are given are known to the check', async () => {
  using folder = folderWith({
    'caller.yaml': `title: Caller
actions:
  - {ref: a, action: core.workflow.execute, args: {workflow: helper, trigger_inputs: {count: x}}}
  - {ref: b, action: core.transform.reshape, args: {value: "\${{ SECRETS.vault.KEY }} \${{ VARS.regoin }}"}}
`,
    'other.yaml':
      'title: O\nentrypoint: {expects: {count: {type: int}}}\nactions: [{ref: a, action: core.transform.reshape, args: {value: "${{ TRIGGER.count }}"}}]\n',
    'secrets.json': '{"vault": {"TOKEN": "t"}}',
  });
  const check = ['workflow', 'check', folder.path('caller.yaml'), '--json'];
  const secrets = ['--secrets', `@${folder.path('secrets.json')}`, '--vars', '{"region": 1}'];
  const [lonely, complete] = await Promise.all([
    backplane([...check, ...secrets]),
    backplane([...check, '--with', `helper=${folder.path('other.yaml')}`, ...secrets]),
  ]);
  const codes = ({ problems }: { problems: readonly { code: string }[] }) => problems.map(({ code }) => code);
  expect(codes(lonely.json())).toEqual([
    'WORKFLOW_SUBFLOW_UNKNOWN',
    'WORKFLOW_SECRET_MISSING',
    'WORKFLOW_VARIABLE_MISSING',
  ]);
  expect(codes(complete.json())).toEqual([
    'WORKFLOW_SUBFLOW_INPUT',
    'WORKFLOW_SECRET_MISSING',
    'WORKFLOW_VARIABLE_MISSING',
  ]);
  expect(lonely.json()).toMatchObject({ needs: [] });
});
