import { expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

function found(durability: string, action: string): string[] {
  const source = `title: T\nconfig: {durability: ${durability}}\nactions:\n  - {ref: a, ${action}}\n`;
  const { problems } = checkWorkflow(parseYaml(source, 't.yaml'), testRegistry());
  return problems.map(({ position, severity, code }) => `${position.line}:${position.column} ${severity} ${code}`);
}

const plain = 'action: core.transform.reshape, args: {value: 1}';
const call = (args: string) => `action: core.workflow.execute, args: {workflow: b${args}}`;

test('durability is journal or none', () => {
  for (const durability of ['journal', 'none']) expect(found(durability, plain)).toEqual([]);
  expect(found('memory', plain)).toEqual(['2:22 error WORKFLOW_VALUE']);
});

test('what would have to outlive the process is refused with its place, and only without a journal', () => {
  const cases = [
    [`${plain}, wait_until: tomorrow`, '4:76 error WORKFLOW_NOT_KEPT'],
    [`${plain}, start_delay: 61`, '4:77 error WORKFLOW_NOT_KEPT'],
    [call(''), '4:22 error WORKFLOW_NOT_KEPT'],
    [call(', wait_strategy: detach'), '4:80 error WORKFLOW_NOT_KEPT'],
  ] as const;
  for (const [action, problem] of cases) {
    expect(found('none', action)).toEqual([problem]);
    expect(found('journal', action)).toEqual([]);
  }
});

test('short delays and subflows that are waited for are fine', () => {
  expect(found('none', `${plain}, start_delay: 60`)).toEqual([]);
  expect(found('none', call(', wait_strategy: wait'))).toEqual([]);
  expect(found('none', `for_each: "\${{ for var.x in [1] }}", ${call('')}`)).toEqual([]);
});
