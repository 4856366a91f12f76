import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { leafAction } from '../leaf-action.fixture.ts';
import { checkTemplateFile } from './check-template-file.ts';
import { TemplateBench, templateText } from './template-bench.fixture.ts';

const http = leafAction({
  name: 'core.http_request',
  inputSchema: {
    type: 'object',
    required: ['url', 'method'],
    properties: {
      url: { type: 'string' },
      method: { enum: ['GET', 'POST'] },
      payload: {},
      timeout: { type: 'number' },
    },
    additionalProperties: false,
  },
});
const raw = leafAction({ name: 'core.raw', unevaluated: ['source'] });

const bench = new TemplateBench(http, raw)
  .template(
    'callee',
    'expects: {n: {type: int}, s: {type: str, default: x}}\nsteps: [{ref: a, action: core.raw}]\nreturns: 1',
  )
  .template('back', 'expects: {}\nsteps: [{ref: a, action: tools.test.mine}]\nreturns: 1');

/** Problems of a file as `line:column CODE hint`. */
function checkText(text: string): string[] {
  const problems = checkTemplateFile(parseYaml(text, 'f.yaml'), bench.registry);
  return problems.map(({ position, code, didYouMean }) =>
    [`${position.line}:${position.column}`, code, didYouMean].filter((part) => part !== undefined).join(' '),
  );
}

/** Problems as `CODE hint @ what stands there`, the text up to the end of its line. */
function checkThere(text: string): string[] {
  const lines = text.split('\n');
  return checkText(text).map((found) => {
    const [place, ...rest] = found.split(' ');
    const [line, column] = place!.split(':').map(Number) as [number, number];
    return `${rest.join(' ')} @ ${lines[line - 1]!.slice(column - 1)}`;
  });
}

/** The body begins on line 7, indented by two. */
const check = (body: string) => checkText(templateText('mine', body));

const RIGHT = `
expects: {id: {type: str}}
steps:
  - ref: get
    action: core.http_request
    args:
      url: https://x/\${{ inputs.id }}
      method: GET
returns: \${{ steps.get.result.data }}
`;

test('a right template has no problems', () => {
  expect(check(RIGHT)).toEqual([]);
  expect(
    check(RIGHT.replace('returns:', 'strict: true\ndoc_url: null\nsecrets: []\ndeprecated: old\nreturns:')),
  ).toEqual([]);
});

describe('each fault is found at its line and column', () => {
  const url = '${{ inputs.id }}';
  test.each([
    ['bad syntax', url, '${{ inputs.id + }}', 'LANGUAGE_SYNTAX @ }}'],
    ['a bad path', url, '${{ inputs.id[?(@.a ==] }}', expect.stringMatching(/^LANGUAGE_(PATH_)?SYNTAX @ .*\}\}$/)],
    ['unmatched parentheses', url, '${{ FN.lowercase(inputs.id }}', 'LANGUAGE_SYNTAX @ }}'],
    ['an unknown function', url, '${{ FN.lowercas(1) }}', 'LANGUAGE_FUNCTION_UNKNOWN lowercase @ FN.lowercas(1) }}'],
    [
      'a wrong number of arguments',
      url,
      '${{ FN.lowercase(1, 2) }}',
      'LANGUAGE_FUNCTION_ARITY @ FN.lowercase(1, 2) }}',
    ],
    ['an undeclared input', url, '${{ inputs.idd }}', 'LANGUAGE_INPUT_UNDECLARED id @ inputs.idd }}'],
    ['a forbidden context', url, '${{ TRIGGER.id }}', 'LANGUAGE_CONTEXT_FORBIDDEN @ TRIGGER.id }}'],
    ['a loop variable without a loop', url, '${{ var.id }}', 'LANGUAGE_CONTEXT_FORBIDDEN @ var.id }}'],
    ['an undeclared step', 'steps.get', 'steps.gte', 'LANGUAGE_STEP_UNKNOWN get @ steps.gte.result.data }}'],
    ['an argument of a wrong type', 'method: GET', 'method: 5', 'ARGUMENT_TYPE @ 5'],
    ['an unknown argument', 'method: GET', 'method: GET\n      metod: 1', 'ARGUMENT_UNKNOWN method @ metod: 1'],
    ['a missing argument', 'method: GET', '', 'ARGUMENT_MISSING @ args:'],
    [
      'an unknown action',
      'http_request',
      'http_reqest',
      'TEMPLATE_ACTION_UNKNOWN core.http_request @ core.http_reqest',
    ],
    ['a bad type', 'type: str', 'type: "list[strr]"', 'TYPE_SYNTAX str @ strr]"}}'],
    ['an unknown key of an input', 'type: str', 'type: str, defualt: 1', 'TEMPLATE_KEY_UNKNOWN default @ defualt: 1}}'],
    ['an unknown key of a step', '    args:', '    runif: 1\n    args:', 'TEMPLATE_KEY_UNKNOWN run_if @ runif: 1'],
    ['a call of itself', 'core.http_request', 'tools.test.mine', 'TEMPLATE_SELF_CALL @ tools.test.mine'],
    ['a circle of calls', 'core.http_request', 'tools.test.back', 'TEMPLATE_SELF_CALL @ tools.test.back'],
  ])('%s', (_fault, right, wrong, problem) => {
    expect(checkThere(templateText('mine', RIGHT.replace(right, wrong)))).toEqual([problem]);
  });

  test.each([
    ['title', '  title: Test\n'],
    ['display_group', '  display_group: Test\n'],
    ['namespace', '  namespace: tools.test\n'],
  ])('a missing %s', (_name, line) => {
    expect(checkText(templateText('mine', RIGHT).replace(line, ''))).toEqual(['2:1 TEMPLATE_KEY_MISSING']);
  });

  test('inside a folded block', () => {
    const body = RIGHT.replace('${{ steps.get.result.data }}', '>-\n  text\n  ${{ steps.gte.result }}');
    expect(check(body)).toEqual(['16:9 LANGUAGE_STEP_UNKNOWN get']);
  });

  test('in the key of a map', () => {
    const text = templateText('mine', RIGHT.replace('GET', 'GET\n      payload: {"${{ inputs.no }}": 1}'));
    expect(checkThere(text)).toEqual(['LANGUAGE_INPUT_UNDECLARED @ inputs.no }}": 1}']);
  });
});

test('everything wrong is told at once, in the order of the file', () => {
  const found = checkText(`type: action
definition:
  name: Mine
  namespace: tools.test
  title: ""
  display_group: 5
  expects:
    a: {type: integer}
    b: str
  steps:
    - ref: one
      action: core.nothing
      timeout: -1
    - ref: one
      action: core.http_request
      args: {url: "\${{ steps.zwo.result }}", method: PUT}
      retry: {max_attempts: 0}
  returns: \${{ inputs.c }}
  extra: 1
`);
  expect(found).toEqual([
    '3:9 TEMPLATE_VALUE',
    '5:10 TEMPLATE_VALUE',
    '6:18 TEMPLATE_VALUE',
    '8:15 TYPE_SYNTAX int',
    '9:8 TEMPLATE_VALUE',
    '12:15 TEMPLATE_ACTION_UNKNOWN',
    '13:16 TEMPLATE_VALUE',
    '14:12 TEMPLATE_REF_DUPLICATE',
    '16:24 LANGUAGE_STEP_UNKNOWN',
    '16:54 ARGUMENT_TYPE',
    '17:29 TEMPLATE_VALUE',
    '18:16 LANGUAGE_INPUT_UNDECLARED',
    '19:3 TEMPLATE_KEY_UNKNOWN',
  ]);
});

test('broken YAML is told alone', () => {
  expect(checkText('type: action\ndefinition: {name: ${{ x }}}')).toEqual(['2:20 YAML_SYNTAX']);
  expect(checkText('- a list')).toEqual(['1:1 TEMPLATE_VALUE']);
  expect(checkText('type: other\ndefinition: {}')).toContain('1:7 TEMPLATE_VALUE');
});

describe('calls of other templates', () => {
  const call = (args: string) =>
    check(`expects: {}\nsteps: [{ref: a, action: tools.test.callee, args: ${args}}]\nreturns: 1`);

  test('are checked by name and by the type of constants', () => {
    expect(call('{n: "7"}')).toEqual([]);
    expect(call('{n: "${{ 1 }}"}')).toEqual([]);
    expect(call('{n: x, z: 1}')).toEqual(['8:57 ARGUMENT_TYPE', '8:60 ARGUMENT_UNKNOWN']);
    expect(call('{s: x}')).toEqual(['8:47 ARGUMENT_MISSING']);
  });

  test('that are broken themselves are said to be', () => {
    bench.template('broken', 'steps: []');
    expect(check('expects: {}\nsteps: [{ref: a, action: tools.test.broken}]\nreturns: 1')).toEqual([
      '8:11 TEMPLATE_INVALID',
    ]);
  });
});

describe('what ours may do beyond the original', () => {
  test('conditions, loops, retries and limits of steps', () => {
    const extras = `
    run_if: \${{ inputs.id }}
    for_each: \${{ for var.x in [1] }}
    retry: {max_attempts: 3, delay: 1, backoff: 2, max_delay: 60}
    timeout: 2.5
    args:`;
    const body = RIGHT.replace('\n    args:', extras).replace('inputs.id }}\n      method', 'var.x }}\n      method');
    expect(check(body)).toEqual([]);
    expect(check(body.replace('for var.x in [1]', 'inputs.id'))).toEqual([
      expect.stringMatching(/LANGUAGE_ITERATOR_EXPECTED/),
    ]);
    expect(check(body.replace('backoff', 'bakoff'))).toEqual([expect.stringMatching(/TEMPLATE_KEY_UNKNOWN backoff/)]);
  });

  test('arguments that the callee wants unevaluated are left alone', () => {
    const body = 'expects: {}\nsteps: [{ref: a, action: core.raw, args: {source: "${{ ACTIONS.x + }}"}}]\nreturns: 1';
    expect(check(body)).toEqual([]);
  });
});

describe('returns', () => {
  const body = (returns: string) => `expects: {}\nsteps: [{ref: a, action: core.raw}]\n${returns}`;
  const schema = 'returns: {type: object, description: A report}';

  test('may stand twice when one describes and the other computes', async () => {
    expect(check(body(`${schema}\nreturns: \${{ steps.a.result }}`))).toEqual([]);
    bench.template('described', body(`${schema}\nreturns: [1, 2]`));
    expect(bench.registry.get('tools.test.described')!.info.outputSchema).toEqual({
      type: 'object',
      description: 'A report',
    });
    expect(await bench.run('described')).toEqual([1, 2]);
  });

  test('may only describe: the last step gives the result', async () => {
    bench.template('only', body(schema));
    expect(await bench.run('only')).toEqual({});
  });

  test('that compute twice are a duplicate key', () => {
    expect(check(body('returns: 1\nreturns: 2'))).toEqual(['10:3 YAML_DUPLICATE_KEY']);
  });

  test('may be a map that happens to have a type', async () => {
    bench.template('map', body('returns: {type: alert, n: "${{ 1 + 1 }}"}'));
    expect(await bench.run('map')).toEqual({ type: 'alert', n: 2 });
  });
});

describe('secrets', () => {
  const secrets = (text: string) =>
    check(`secrets: [${text}]\nexpects: {}\nsteps: [{ref: a, action: core.raw}]\nreturns: 1`);

  test.each([
    '{name: vt, keys: [A]}',
    '{name: vt, optional_keys: [A], optional: true}',
    '{type: custom, name: vt, keys: [A]}',
    '{name: id, secret_type: ssh_key}',
    '{name: id, secret_type: mtls, keys: [TLS_CERTIFICATE, TLS_PRIVATE_KEY]}',
    '{type: oauth, provider_id: acme, grant_type: client_credentials}',
    '{provider_id: acme, grant_type: authorization_code, optional: true}',
    '{name: acme_oauth}',
  ])('%s is right', (text) => expect(secrets(text)).toEqual([]));

  test.each([
    ['{name: VT, keys: [A]}', 'TEMPLATE_VALUE'],
    ['{name: vt}', 'TEMPLATE_KEY_MISSING'],
    ['{keys: [A]}', 'TEMPLATE_KEY_MISSING'],
    ['{name: vt, keys: [a-b]}', 'TEMPLATE_VALUE'],
    ['{name: vt_oauth, keys: [A]}', 'TEMPLATE_VALUE'],
    ['{name: id, secret_type: ssh_key, keys: [OTHER]}', 'TEMPLATE_VALUE'],
    ['{type: oauth, provider_id: acme}', 'TEMPLATE_KEY_MISSING'],
    ['{type: oauth, provider_id: acme, grant_type: password}', 'TEMPLATE_VALUE'],
    ['{name: vt, kyes: [A]}', 'TEMPLATE_KEY_UNKNOWN'],
  ])('%s is not', (text, code) => expect(secrets(text).join()).toContain(code));
});

test('undeclared secrets and steps that come later are warnings', () => {
  const text = templateText(
    'mine',
    'expects: {}\nsteps:\n  - {ref: a, action: core.raw, args: {x: "${{ steps.b.result }}"}}\n  - {ref: b, action: core.raw, args: {x: "${{ SECRETS.vt.KEY }}"}}\nreturns: 1',
  );
  const problems = checkTemplateFile(parseYaml(text, 'f.yaml'), bench.registry);
  expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'warning TEMPLATE_STEP_ORDER',
    'warning TEMPLATE_SECRET_UNDECLARED',
  ]);
});

test.each([
  ['type: workflow\ndefinition: {title: t, actions: []}', '1:7 TEMPLATE_IS_WORKFLOW'],
  ['title: t\nactions: []', '1:1 TEMPLATE_IS_WORKFLOW'],
  ['version: 1\ndefinition: {title: t, actions: [], entrypoint: {ref: a}}', '1:1 TEMPLATE_IS_WORKFLOW'],
])('a workflow is told apart with one problem: %s', (text, problem) => expect(checkText(text)).toEqual([problem]));

test('`INPUTS` is another name of a template’s inputs', async () => {
  const named = (name: string) =>
    templateText(
      'mine',
      `expects: {ip: {type: str}}\nsteps: [{ref: a, action: core.raw, args: {x: "\${{ INPUTS.${name} }}"}}]\nreturns: 1`,
    );
  expect(checkText(named('ip'))).toEqual([]);
  expect(checkText(named('ipp')).join()).toContain('LANGUAGE_INPUT_UNDECLARED');
});
