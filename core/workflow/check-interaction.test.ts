import { expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (action: string) =>
  checkWorkflow(
    parseYaml(`title: T\nactions:\n  - {ref: ask, action: core.http, ${action}}\n`, 'w.yaml'),
    testRegistry(),
  );
const found = (action: string) =>
  check(action).problems.map(({ code, severity, position }) => {
    return `${severity === 'warning' ? 'warning ' : ''}${position.line}:${position.column} ${code}`;
  });

test('an interaction is read with its defaults', () => {
  expect(check('interaction: {type: response, timeout: 90}').definition!.actions[0]!.interaction).toEqual({
    type: 'response',
    timeout: 90,
    requiredApprovers: 1,
    approverGroups: [],
  });
  const all =
    'interaction: {type: approval, timeout: 1.5, required_approvers: 2, approver_groups: [ops], message: "M ${{ ACTIONS.ask.result }}", approve_if: "${{ interaction.data.ok }}"}';
  expect(check(all)).toMatchObject({
    problems: [],
    definition: {
      actions: [
        {
          interaction: {
            type: 'approval',
            timeout: 1.5,
            requiredApprovers: 2,
            approverGroups: ['ops'],
            approveIf: '${{ interaction.data.ok }}',
          },
        },
      ],
    },
  });
});

test('an empty one, as exports write it, is none', () => {
  for (const empty of ['interaction: {}', 'interaction:'])
    expect(check(empty).definition!.actions[0]).not.toHaveProperty('interaction');
});

test.each([
  ['interaction: {timeout: 5}', '3:48 WORKFLOW_KEY_MISSING'],
  ['interaction: {type: aproval}', '3:55 WORKFLOW_VALUE'],
  ['interaction: approval', '3:48 WORKFLOW_TYPE'],
  ['interaction: {type: approval, timeout: 0}', '3:74 WORKFLOW_VALUE'],
  ['interaction: {type: approval, required_approvers: 0}', '3:85 WORKFLOW_VALUE'],
  ['interaction: {type: approval, aprove_if: x}', '3:65 WORKFLOW_KEY_UNKNOWN'],
  ['interaction: {type: response, approver_groups: [a]}', 'warning 3:65 WORKFLOW_KEY_WITHOUT_EFFECT'],
  ['interaction: {type: approval, message: "${{ SECRETS.a.B }}"}', '3:79 LANGUAGE_CONTEXT_FORBIDDEN'],
  ['interaction: {type: approval, message: "${{ interaction.data }}"}', '3:79 LANGUAGE_CONTEXT_FORBIDDEN'],
  ['args: {url: "${{ interaction.id }}", method: GET}', '3:52 LANGUAGE_CONTEXT_FORBIDDEN'],
  ['for_each: "${{ for var.x in [1] }}", interaction: {type: response}', '3:72 WORKFLOW_INTERACTION_FOR_EACH'],
])('%s: %s', (action, problem) => {
  expect(found(action)).toContain(problem);
});

test('what steers the workflow asks nobody', () => {
  const source =
    'title: T\nactions:\n  - {ref: l, action: core.transform.scatter, args: {collection: []}, interaction: {type: response}}\n';
  expect(checkWorkflow(parseYaml(source, 'w.yaml'), testRegistry()).problems).toMatchObject([
    { code: 'WORKFLOW_CONTROL_OPTION', position: { line: 3 } },
  ]);
});
