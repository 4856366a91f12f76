import { expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

function found(actions: string, more = ''): string[] {
  const { problems } = checkWorkflow(parseYaml(`title: T\nactions:\n${actions}\n${more}`, 't.yaml'), testRegistry());
  return problems.map(({ position, severity, code }) => `${position.line}:${position.column} ${severity} ${code}`);
}

const call = (args: string, more = '') => `  - {ref: call, action: core.workflow.execute, ${more}args: {${args}}}`;

test('a subflow names one workflow', () => {
  for (const name of ['workflow', 'workflow_alias', 'workflow_id']) expect(found(call(`${name}: other`))).toEqual([]);
  expect(found('  - {ref: call, action: core.workflow.execute}')).toEqual(['3:25 error WORKFLOW_SUBFLOW_TARGET']);
  expect(found(call('workflow: a, workflow_id: b'))).toEqual(['3:81 error WORKFLOW_SUBFLOW_TARGET']);
});

test('its arguments are checked, with places', () => {
  expect(found(call('workflow: a, loop_strategy: fast'))).toEqual(['3:83 error ARGUMENT_TYPE']);
  expect(found(call('workflow: a, batch_size: 0'))).toEqual(['3:80 error ARGUMENT_TYPE']);
  expect(found(call('workflow: a, fail_strategy: some, wait_strategy: maybe'))).toHaveLength(2);
  expect(found(call('workflow: a, inputs: {}'))).toEqual(['3:68 error ARGUMENT_UNKNOWN']);
  expect(found(call('workflow: a, version: 0, timeout: -1'))).toHaveLength(2);
});

test('items reach what a run is given, not what steers all of them; secrets reach neither', () => {
  const loop = 'for_each: "${{ for var.x in [1] }}", ';
  expect(found(call('workflow: a, trigger_inputs: "${{ var.x }}"', loop))).toEqual([]);
  expect(found(call('workflow: a, wait_strategy: "${{ var.x }}"', loop))).toHaveLength(1);
  expect(found(call('workflow: a, trigger_inputs: "${{ SECRETS.a.B }}"'))).toHaveLength(1);
});

test('who reads a result for which nobody waits is warned', () => {
  const warning = ['3:25 warning WORKFLOW_SUBFLOW_DETACHED'];
  expect(found(call('workflow: a'), 'returns: ${{ ACTIONS.call.result.total }}')).toEqual(warning);
  expect(found(call('workflow: a'), 'returns: ${{ ACTIONS.call.result }}')).toEqual(warning);
  expect(found(call('workflow: a'), 'returns: ${{ ACTIONS.call.result.run_id }}')).toEqual([]);
  expect(found(call('workflow: a, wait_strategy: detach'), 'returns: ${{ ACTIONS.call.result }}')).toEqual([]);
  const loop = 'for_each: "${{ for var.x in [1] }}", ';
  expect(found(call('workflow: a', loop), 'returns: ${{ ACTIONS.call.result }}')).toEqual([]);
});
