import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (text: string) => checkWorkflow(parseYaml(text, 'w.yaml'), testRegistry());

/** `line:column CODE` of every problem. */
const found = (text: string) =>
  check(text).problems.map(({ position, code }) => `${position.line}:${position.column} ${code}`);

const actions = (text: string) => `title: T\nactions:\n${text}`;

describe('expressions', () => {
  test('syntax, functions, contexts and refs, each at its place inside the text', () => {
    expect(
      found(
        actions(`  - ref: a
    action: core.transform.reshape
    run_if: \${{ ACTIONS.b.result && SECRETS.x.KEY }}
    args:
      value:
        - "\${{ 1 + }}"
        - text \${{ FN.nope(1) }} and \${{ inputs.x }}
        - \${{ var.x }}
returns: \${{ ACTIONS.aa.result }}
config: {environment: "\${{ ACTIONS.a.result }}"}
`),
      ),
    ).toEqual([
      '5:17 LANGUAGE_ACTION_UNKNOWN',
      '5:37 LANGUAGE_CONTEXT_FORBIDDEN',
      '8:20 LANGUAGE_SYNTAX',
      '9:20 LANGUAGE_FUNCTION_UNKNOWN',
      '9:42 LANGUAGE_CONTEXT_FORBIDDEN',
      '10:15 LANGUAGE_CONTEXT_FORBIDDEN',
      '11:14 LANGUAGE_ACTION_UNKNOWN',
      '12:28 LANGUAGE_CONTEXT_FORBIDDEN',
    ]);
  });

  test('a step may read only what has run by then; itself only in `retry_until`', () => {
    expect(
      found(
        actions(`  - {ref: a, action: core.transform.reshape}
  - {ref: b, action: core.transform.reshape, depends_on: [a]}
  - {ref: c, action: core.transform.reshape, depends_on: [b.error], args: {value: "\${{ ACTIONS.a.result }}"}}
  - {ref: d, action: core.transform.reshape, depends_on: [a], args: {value: "\${{ ACTIONS.b.result }}"}}
  - ref: e
    action: core.transform.reshape
    retry_policy: {retry_until: "\${{ ACTIONS.e.result }}"}
    args: {value: "\${{ steps.e.result }}"}
    for_each: \${{ for var.x in ACTIONS.d.result }}
`),
      ),
    ).toEqual([
      '6:82 WORKFLOW_REFERENCE_NOT_UPSTREAM',
      '10:24 WORKFLOW_REFERENCE_NOT_UPSTREAM',
      '11:32 WORKFLOW_REFERENCE_NOT_UPSTREAM',
    ]);
  });

  test('for_each holds iterators and nothing else, singly or in a list', () => {
    expect(
      found(
        actions(`  - {ref: a, action: core.http, for_each: "\${{ [1] }}"}
  - {ref: b, action: core.http, for_each: ["\${{ for var.x in [1] }}", "x"]}
  - {ref: c, action: core.http, for_each: ["\${{ for var.x in ACTIONS.zz.result }}"]}`),
      ),
    ).toEqual(['3:47 LANGUAGE_ITERATOR_EXPECTED', '4:72 LANGUAGE_ITERATOR_EXPECTED', '5:62 LANGUAGE_ACTION_UNKNOWN']);
  });

  test('arguments that an action wants as written are left alone', () => {
    const { problems, definition } = check(
      actions('  - {ref: a, action: core.workflow.create_workflow, args: {value: "${{ not an expression"}}'),
    );
    expect(problems).toEqual([]);
    expect(definition!.actions[0]).toMatchObject({ unevaluated: ['value'] });
  });

  test("the seed's INPUTS is the trigger", () => {
    expect(found(actions('  - {ref: a, action: core.http, args: {value: "${{ INPUTS.subject }}"}}'))).toEqual([]);
  });
});
