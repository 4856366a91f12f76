import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { backplane, folderWith } from './backplane.fixture.ts';

const COUNT = `type: workflow
definition:
  title: Count
  description: Counts the lines of a text.
  strict: true
  actions:
    - ref: lines
      action: core.transform.reshape
      args: {value: "\${{ FN.split(TRIGGER, '\\n') }}"}
  returns: {lines: "\${{ FN.length(ACTIONS.lines.result) }}", by: "\${{ VARS.team.name }}"}
`;

const FAILS = `type: workflow
definition:
  title: Fails
  description: Fails in its second step.
  error_handler: handler
  actions:
    - ref: fine
      action: core.transform.reshape
      args: {value: "\${{ TRIGGER.nothing }}"}
    - ref: broken
      action: core.script.run_javascript
      depends_on: [fine]
      args: {script: "function main() { throw new Error('out of tea'); }"}
    - ref: never
      action: core.transform.reshape
      depends_on: [broken]
      args: {value: 1}
`;

const HANDLER = `type: workflow
definition:
  title: Handler
  description: Is told about failures.
  actions:
    - ref: report
      action: core.transform.reshape
      args: {value: "\${{ TRIGGER }}"}
  returns: \${{ ACTIONS.report.result }}
`;

const WRONG = `type: workflow
definition:
  title: Wrong
  description: Names no action that there is.
  actions:
    - {ref: one, action: core.transform.reshap, args: {value: 1}}
`;

const DECLARED = `type: workflow
definition:
  title: Declared
  description: Takes a number.
  entrypoint: {expects: {count: {type: int}}}
  actions:
    - {ref: one, action: core.transform.reshape, args: {value: "\${{ TRIGGER.count + 1 }}"}}
  returns: \${{ ACTIONS.one.result }}
`;

const TRACKS = `type: workflow
definition:
  title: Tracks
  description: Counts many texts, each in a run of its own, and tells somebody.
  actions:
    - ref: counts
      action: core.workflow.execute
      for_each: \${{ for var.text in TRIGGER }}
      args: {workflow: count, trigger_inputs: "\${{ var.text }}"}
    - ref: told
      action: core.workflow.execute
      depends_on: [counts]
      args: {workflow: handler, trigger_inputs: "\${{ ACTIONS.counts.result }}", wait_strategy: detach}
  returns: {counts: "\${{ ACTIONS.counts.result }}", told: "\${{ ACTIONS.told.result }}"}
`;

const FILES = {
  'tracks.yaml': TRACKS,
  'count.yaml': COUNT,
  'fails.yaml': FAILS,
  'handler.yaml': HANDLER,
  'wrong.yaml': WRONG,
  'declared.yaml': DECLARED,
  'two-lines.log': 'one\ntwo',
  'broken.json': '{"a": ',
};

test('a run that completes prints its result, or its whole record with --json', async () => {
  using folder = folderWith(FILES);
  const vars = ['--vars', '{"team": {"name": "blue"}}'];
  const [text, json, stdin, declared] = await Promise.all([
    backplane(['run', folder.path('count.yaml'), '--input', `@${folder.path('two-lines.log')}`, ...vars]),
    backplane(['run', folder.path('count.yaml'), '--input', '"a\\nb\\nc"', '--json', ...vars]),
    backplane(['run', folder.path('count.yaml'), '--input', '@-', ...vars], 'one line'),
    backplane(['run', folder.path('declared.yaml'), '--input', '{"count": "41"}']),
  ]);
  expect([text, json, stdin, declared].map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
  expect(text.json()).toEqual({ lines: 2, by: 'blue' });
  expect(stdin.json()).toEqual({ lines: 1, by: 'blue' });
  expect(declared.stdout).toBe('42\n');
  expect(json.json()).toEqual({
    status: 'completed',
    result: { lines: 3, by: 'blue' },
    steps: { lines: { status: 'completed', result: ['a', 'b', 'c'], attempts: 1 } },
  });
});

test('a run that fails ends with 1, says where and why, and warns of what was missing', async () => {
  using folder = folderWith(FILES);
  const run = [
    'run',
    folder.path('fails.yaml'),
    '--input',
    '{"nothin": 1}',
    '--with',
    `handler=${folder.path('handler.yaml')}`,
  ];
  const [text, json] = await Promise.all([backplane(run), backplane([...run, '--json'])]);
  expect(text).toMatchObject({ code: 1, stdout: '' });
  expect(text.stderr).toMatch(/^warning LANGUAGE_PATH_MISSING in fine: .*nothing/m);
  expect(text.stderr).toMatch(/^error [A-Z_]+: .*out of tea/m);
  expect(text.stderr).toContain('in step broken');
  expect(json.code).toBe(1);
  expect(json.json()).toMatchObject({
    status: 'failed',
    result: null,
    error: { code: expect.any(String), message: expect.stringContaining('out of tea') },
    steps: {
      fine: { status: 'completed', result: null, attempts: 1 },
      broken: { status: 'failed', error: { message: expect.stringContaining('out of tea') }, attempts: 1 },
      never: { status: 'cancelled', attempts: 0 },
    },
  });
});

/** A server that tells what it is sent; without `answer`, its callers wait. */
async function listener(answer?: string) {
  const asked = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    asked.resolve(await textOf(request));
    if (answer !== undefined) response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked: asked.promise,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('the error handler of a run that failed ends before the command does', async () => {
  using server = await listener('{}');
  using folder = folderWith({
    ...FILES,
    'tell.yaml': `title: Tell
description: Tells somebody of the failure.
actions:
  - ref: tell
    action: core.http_request
    args: {url: "${server.url}", method: POST, payload: {what: "\${{ TRIGGER.message }}", where: "\${{ TRIGGER.errors[0].ref }}"}}
  - ref: fails_too
    action: core.require
    depends_on: [tell]
    args: {conditions: [false]}
`,
  });
  const { code, stderr } = await backplane([
    'run',
    folder.path('fails.yaml'),
    '--with',
    `handler=${folder.path('tell.yaml')}`,
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(await server.asked)).toEqual({ what: expect.stringContaining('out of tea'), where: 'broken' });
  expect(stderr).toMatch(/^warning [A-Z_]+ in the error handler: /m);
});

test('Ctrl-C cancels the run and still prints its record', async () => {
  using server = await listener();
  using folder = folderWith({
    'waits.yaml': `title: Waits
description: Waits for an answer that never comes.
actions:
  - {ref: wait, action: core.http_request, args: {url: "${server.url}", method: GET}}
`,
  });
  const { code, json } = await backplane(['run', folder.path('waits.yaml'), '--json'], '', (child) => {
    void server.asked.then(() => child.kill('SIGINT'));
  });
  expect(code).toBe(1);
  expect(json()).toMatchObject({ status: 'cancelled', steps: { wait: { status: 'cancelled' } } });
});

test('a file or input with mistakes is refused with 2, and nothing runs', async () => {
  using folder = folderWith(FILES);
  const run = (...args: string[]) => backplane(['run', ...args]);
  const [wrong, wrongText, companion, missing, input, directory] = await Promise.all([
    run(folder.path('wrong.yaml'), '--json'),
    run(folder.path('wrong.yaml')),
    run(folder.path('count.yaml'), '--with', `other=${folder.path('wrong.yaml')}`, '--json'),
    run(folder.path('missing.yaml'), '--json'),
    run(folder.path('declared.yaml'), '--input', '{"count": "many"}', '--json'),
    run(folder.path(), '--json'),
  ]);
  const refused = [wrong, companion, missing, input, directory];
  expect(refused.map(({ code, json }) => [code, json().status, json().error.code, json().problems.length])).toEqual([
    [2, 'refused', 'WORKFLOW_ACTION_UNKNOWN', 1],
    [2, 'refused', 'WORKFLOW_ACTION_UNKNOWN', 1],
    [2, 'refused', 'USAGE', 0],
    [2, 'refused', 'INPUT_INVALID', 0],
    [2, 'refused', 'USAGE', 0],
  ]);
  expect(wrong.json()).toMatchObject({ result: null, steps: {}, problems: [{ position: { line: 6, column: 26 } }] });
  expect(wrongText).toMatchObject({ code: 2, stdout: '' });
  expect(wrongText.stderr).toContain(`${folder.path('wrong.yaml')}:6:26  error WORKFLOW_ACTION_UNKNOWN`);
});

test('arguments that cannot be read are wrong usage', async () => {
  using folder = folderWith(FILES);
  const file = folder.path('count.yaml');
  const [broken, json, pair, twice] = await Promise.all([
    backplane(['run', file, '--input', `@${folder.path('broken.json')}`, '--json']),
    backplane(['run', file, '--input', '{"a": ']),
    backplane(['run', file, '--with', 'handler.yaml']),
    backplane(['run', file, '--with', 'a=x.yaml', '--with', 'a=y.yaml']),
  ]);
  expect([broken, json, pair, twice].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  expect(broken.json().error).toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('broken.json is not valid JSON'),
  });
  expect(json.stderr).toContain('--input: the value is not valid JSON');
  expect(pair.stderr).toContain('expected ALIAS=FILE');
  expect(twice.stderr).toContain('given twice');
});

test('--with brings the workflows that it runs as steps', async () => {
  using folder = folderWith(FILES);
  const run = ['run', folder.path('tracks.yaml'), '--input', '["one", "two\\nthree"]', '--json'];
  const count = ['--with', `count=${folder.path('count.yaml')}`, '--vars', '{"team": {"name": "blue"}}'];
  const [whole, missing] = await Promise.all([
    backplane([...run, ...count, '--with', `handler=${folder.path('handler.yaml')}`]),
    backplane([...run, ...count]),
  ]);
  const counts = [
    { lines: 1, by: 'blue' },
    { lines: 2, by: 'blue' },
  ];
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  expect(whole.json()).toMatchObject({
    status: 'completed',
    result: { counts, told: { run_id: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
  });
  expect(missing.code).toBe(1);
  expect(missing.json()).toMatchObject({
    status: 'failed',
    error: { code: 'WORKFLOW_SUBFLOW_UNKNOWN', message: expect.stringContaining('"handler"') },
  });
});
