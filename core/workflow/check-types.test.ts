import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testAction, testRegistry } from './test-registry.fixture.ts';

const properties = {
  text: { type: 'string' },
  count: { type: 'integer' },
  ratio: { type: 'number' },
  maybe: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  list: { type: 'array', items: { type: 'string' } },
  level: { type: 'string', enum: ['low', 'high'] },
  inner: { type: 'object', properties: { text: { type: 'string' } }, additionalProperties: false },
  any: {},
};
const typed = testAction({
  name: 'tools.test.typed',
  inputSchema: { type: 'object', properties, additionalProperties: false },
  outputSchema: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
});
const converted = testAction({ ...typed.info, name: 'tools.test.template', kind: 'template' });

/** The findings about one argument of a step `b` behind `a`, which gives a value of every type. */
function about(argument: string, { action = 'tools.test.typed', more = '' } = {}): string[] {
  const text = `title: T
entrypoint:
  expects:
    names: {type: "list[str]"}
    when: {type: datetime}
    note: {type: "str | None", default: null}
    same: {type: "int | list[str]"}
actions:
  - ref: a
    action: tools.test.typed
    ${more}
  - ref: b
    action: ${action}
    depends_on: [a]
    args: {${argument}}
returns: \${{ [TRIGGER.names, TRIGGER.when, TRIGGER.note, TRIGGER.same] }}
`;
  const { problems } = checkWorkflow(parseYaml(text, 'x.yaml'), testRegistry(typed, converted));
  return problems.map(({ severity, code }) => `${severity} ${code}`);
}

describe('arguments that may fit are not reported', () => {
  test.each([
    'text: "${{ ACTIONS.a.result.text }}"',
    'text: "${{ ACTIONS.a.result.maybe }}"',
    'text: "${{ ACTIONS.a.result.any }}"',
    'text: "${{ ACTIONS.a.result.any.deep[0].er }}"',
    'text: "${{ ACTIONS.a.result.list[0] }}"',
    'text: "${{ ACTIONS.a.result.level }}"',
    'text: "about ${{ ACTIONS.a.result.list }}"',
    'text: "${{ str(ACTIONS.a.result.count) }}"',
    'text: "${{ FN.now() }}"',
    'text: "${{ TRIGGER.when }}"',
    'text: "${{ TRIGGER.undeclared }}"',
    'text: "${{ ACTIONS.a.result.list || \'none\' }}"',
    'text: "${{ ACTIONS.a.result.text if ACTIONS.a.result.any else None }}"',
    'count: "${{ 4 / 2 }}"',
    'count: "${{ TRIGGER.same }}"',
    'ratio: "${{ ACTIONS.a.result.count }}"',
    'list: "${{ FN.split(ACTIONS.a.result.text, \',\') }}"',
    'list: "${{ ACTIONS.a.result.list + TRIGGER.names }}"',
    'list: "${{ ACTIONS.a.result.any[*].id }}"',
    'inner: {text: "${{ ACTIONS.a.result.inner.text }}"}',
    'any: "${{ ACTIONS.a.result.level == \'low\' }}"',
    'any: "${{ ACTIONS.a.result.maybe == None }}"',
    'any: "${{ ACTIONS.a.error.message }}"',
  ])('%s', (argument) => expect(about(argument)).toEqual([]));

  test('a template converts text and numbers', () => {
    expect(about('count: "${{ ACTIONS.a.result.text }}"', { action: 'tools.test.template' })).toEqual([]);
  });
});

describe('arguments that never fit', () => {
  test.each([
    ['text: "${{ ACTIONS.a.result.list }}"', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['text: "${{ TRIGGER.names }}"', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['text: "${{ ACTIONS.a.result.list[0] + 1 }}"', 'error WORKFLOW_OPERANDS_MISFIT'],
    ['maybe: "${{ TRIGGER.names }}"', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['level: "${{ \'medium\' }}"', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['list: "${{ FN.length(ACTIONS.a.result.list) }}"', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['inner: {text: "${{ ACTIONS.a.result.count }}"}', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['list: ["${{ ACTIONS.a.result.count }}"]', 'error WORKFLOW_ARGUMENT_MISFIT'],
    ['any: "${{ ACTIONS.a.result.inner.txet }}"', 'warning WORKFLOW_FIELD_UNKNOWN'],
    ['any: "${{ ACTIONS.a.reslt }}"', 'warning WORKFLOW_FIELD_UNKNOWN'],
    ['any: "${{ FN.join(1, 2) if ACTIONS.a.result.any else 3 }}"', 'warning WORKFLOW_FUNCTION_MISFIT'],
  ])('%s', (argument, finding) => expect(about(argument)[0]).toBe(finding));

  test('are a warning where the value may be null, and null would do', () => {
    const text = `title: T
actions:
  - {ref: x, action: core.transform.reshape, args: {value: 1}}
  - {ref: a, action: tools.test.typed, run_if: "\${{ TRIGGER.yes }}"}
  - {ref: b, action: tools.test.typed, depends_on: [x, a], join_strategy: any, args: {maybe: "\${{ ACTIONS.a.result.list }}"}}
`;
    const { problems } = checkWorkflow(parseYaml(text, 'x.yaml'), testRegistry(typed));
    expect(problems).toMatchObject([
      {
        code: 'WORKFLOW_ARGUMENT_MISFIT',
        severity: 'warning',
        message: expect.stringContaining('whenever it is not null'),
      },
    ]);
  });
});

test('a workflow of a thousand steps is checked within a second', () => {
  const steps = Array.from({ length: 1000 }, (_, index) => {
    const before = index === 0 ? 'TRIGGER' : `ACTIONS.s${index - 1}.result`;
    const depends = index === 0 ? '' : `depends_on: [s${index - 1}${index % 10 === 9 ? `, s${index - 2}` : ''}],`;
    const when = index % 5 === 2 ? `run_if: "\${{ TRIGGER.f${index} && ${before} }}", join_strategy: any,` : '';
    return `  - {ref: s${index}, action: core.transform.reshape, ${depends} ${when} args: {value: {a: "\${{ ${before} }}"}}}`;
  });
  const source = parseYaml(`title: T\nactions:\n${steps.join('\n')}\n`, 'x.yaml');
  const registry = testRegistry();
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    checkWorkflow(source, registry);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(1000);
});
