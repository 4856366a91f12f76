import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

/** A template of two calls, with a secret, a variable, a default and a null. */
const LOOKUP = `type: action
definition:
  name: lookup
  namespace: tools.acme
  title: Look up
  description: Asks Acme twice.
  display_group: Acme
  secrets: [{name: acme, keys: [TOKEN]}]
  expects:
    id: {type: int, description: What to look up}
    note: {type: str | None, description: Sent along, default: null}
  steps:
    - ref: first
      action: core.http_request
      args:
        url: "\${{ VARS.acme.url }}/items/\${{ inputs.id }}"
        method: GET
        headers: {Authorization: "Bearer \${{ SECRETS.acme.TOKEN }}"}
    - ref: second
      action: core.http_request
      args:
        url: "\${{ VARS.acme.url }}/notes"
        method: POST
        payload: {size: "\${{ steps.first.result.data.size }}", note: "\${{ inputs.note }}"}
  returns: "\${{ steps.second.result.data }}"
`;

const FIXTURE = JSON.stringify([
  { match: { method: 'GET' }, answer: { status: 200, headers: {}, data: { size: 2 } } },
  { match: { method: 'POST', url: '*/notes' }, answer: { status: 201, headers: {}, data: { saved: true } } },
]);

const FILES = {
  'lookup.yaml': LOOKUP,
  'fixture.json': FIXTURE,
  'secrets.json': '{"acme": {"TOKEN": "abc"}}',
  'vars.json': '{"acme": {"url": "https://api.acme.example"}}',
};

const CALLS = [
  {
    action: 'core.http_request',
    args: { url: 'https://api.acme.example/items/7', method: 'GET', headers: { Authorization: 'Bearer abc' } },
  },
  {
    action: 'core.http_request',
    args: { url: 'https://api.acme.example/notes', method: 'POST', payload: { size: 2, note: null } },
  },
];

test('actions are listed and shown, those of further folders too', async () => {
  using folder = folderWith({ 'lookup.yaml': LOOKUP });
  const templates = ['--templates', folder.path()];
  const [list, listed, show, shown] = await Promise.all([
    backplane(['action', 'list', ...templates]),
    backplane(['action', 'list', '--json', ...templates]),
    backplane(['action', 'show', 'tools.acme.lookup', ...templates]),
    backplane(['action', 'show', 'tools.acme.lookup', '--json', ...templates]),
  ]);
  expect([list, listed, show, shown].map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
  expect(list.stdout).toMatch(/^tools\.acme\.lookup +Look up$/m);
  expect(list.stdout).toMatch(/^core\.script\.run_javascript /m);
  const found = listed.json().find((one: any) => one.name === 'tools.acme.lookup');
  expect(found).toMatchObject({
    kind: 'template',
    title: 'Look up',
    group: 'Acme',
    origin: folder.path('lookup.yaml'),
  });
  expect(listed.json().find((one: any) => one.name === 'core.http_request')).toMatchObject({ kind: 'plugin' });
  expect(show.stdout).toMatch(/^ {2}id \(required\): .*integer.* What to look up$/m);
  expect(show.stdout).toContain('"TOKEN"');
  expect(shown.json()).toMatchObject({ name: 'tools.acme.lookup', inputSchema: { required: ['id'] } });
});

test('an action runs on its arguments, with exact numbers', async () => {
  using folder = folderWith({ 'input.json': '{"value": {"big": 12345678901234567890, "float": 2.0}}' });
  const { code, stdout, stderr } = await backplane([
    'action',
    'run',
    'core.transform.reshape',
    '--input',
    `@${folder.path('input.json')}`,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('{\n  "big": 12345678901234567890,\n  "float": 2.0\n}\n');
});

test('a fixture answers every call, and the calls are named with their arguments', async () => {
  using folder = folderWith(FILES);
  const given = [
    '--secrets',
    `@${folder.path('secrets.json')}`,
    '--vars',
    `@${folder.path('vars.json')}`,
    '--templates',
    folder.path(),
  ];
  const run = (...args: string[]) => backplane(['action', 'run', 'tools.acme.lookup', '--json', ...given, ...args]);
  const [fine, failed] = await Promise.all([
    run('--input', '{"id": 7}', '--http-fixture', `@${folder.path('fixture.json')}`),
    run('--input', '{"id": 7}', '--http-fixture', '{"status": 403, "headers": {}, "data": {"reason": "no"}}'),
  ]);
  expect(fine).toMatchObject({ code: 0, stderr: '' });
  expect(fine.json()).toEqual({ result: { saved: true }, calls: CALLS });
  expect(failed.code).toBe(1);
  expect(failed.json().calls).toEqual(CALLS.slice(0, 1));
  expect(failed.json().error).toMatchObject({ code: 'TEMPLATE_STEP_FAILED', message: expect.stringContaining('403') });
  expect(failed.stdout).not.toContain('"abc"');
});

test('a batch answers in order, with the error of each line that fails', async () => {
  using folder = folderWith(FILES);
  const secrets = { acme: { TOKEN: 'abc' } };
  const vars = { acme: { url: 'https://api.acme.example' } };
  const lines = [
    { id: 'fine', name: 'tools.acme.lookup', input: { id: 7 }, secrets, vars },
    { id: 'no secret', name: 'tools.acme.lookup', input: { id: 7 }, vars },
    { id: 'wrong type', name: 'tools.acme.lookup', input: { id: 'seven' }, secrets, vars },
    { id: 'unknown', name: 'tools.acme.lookupp', input: {} },
    { id: 'no name' },
    { id: 'list', name: 'core.transform.reshape', input: [1] },
    { id: 'last', name: 'core.transform.reshape', input: { value: 1 } },
  ];
  const { code, stdout, stderr } = await backplane(
    ['action', 'run-batch', '--templates', folder.path(), '--http-fixture', `@${folder.path('fixture.json')}`],
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"id": 9, "name"\n`,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.map(({ id, error }) => [id, error?.code ?? 'fine'])).toEqual([
    ['fine', 'fine'],
    ['no secret', 'TEMPLATE_SECRET_MISSING'],
    ['wrong type', 'INPUT_INVALID'],
    ['unknown', 'ACTION_NOT_FOUND'],
    ['no name', 'USAGE'],
    ['list', 'USAGE'],
    ['last', 'fine'],
    [null, 'USAGE'],
  ]);
  expect(answers[0]).toEqual({ id: 'fine', result: { saved: true }, calls: CALLS });
  expect(answers[6]).toEqual({
    id: 'last',
    result: 1,
    calls: [{ action: 'core.transform.reshape', args: { value: 1 } }],
  });
});

test('what was given wrongly ends with 2, says what was meant, and is one document with --json', async () => {
  const cases = await Promise.all([
    backplane(['action', 'run', 'core.transform.reshap', '--json']),
    backplane(['action', 'run', 'core.transform.reshape', '--input', '{"valeu": 1}', '--json']),
    backplane(['action', 'run', 'core.transform.reshape', '--input', '[1]', '--json']),
    backplane(['action', 'run', 'core.http_request', '--http-fixture', '{"stat": 1}', '--json']),
    backplane(['action', 'show', 'core.http_requests', '--json']),
    backplane(['action', 'list', '--config', '/no/such/folder', '--json']),
  ]);
  expect(cases.map(({ code, json }) => [code, json().error.code])).toEqual([
    [2, 'ACTION_NOT_FOUND'],
    [2, 'INPUT_INVALID'],
    [2, 'USAGE'],
    [2, 'HTTP_PORT_FIXTURE_INVALID'],
    [2, 'ACTION_NOT_FOUND'],
    [2, 'CONFIG_MISSING'],
  ]);
  expect(cases[0]!.json().error.message).toContain('Did you mean "core.transform.reshape"?');
  expect(cases[1]!.json().error.message).toContain('Did you mean `value`?');
  expect(cases[4]!.json().error.message).toContain('Did you mean "core.http_request"?');
});

test('an action that fails ends with 1, and its error goes to stderr', async () => {
  const run = [
    'action',
    'run',
    'core.script.run_javascript',
    '--input',
    '{"script": "function main() { throw new Error(\'broken\'); }"}',
  ];
  const { code, stdout, stderr } = await backplane(run);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error [A-Z_]+: .*broken/);
});
