import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workflowCheckErrors } from '../core/errors/workflow-check.ts';
import { parseYaml } from '../core/language/source/parse-yaml.ts';
import { createActionRegistry } from '../core/registry/action-registry.ts';
import { leafAction } from '../core/registry/leaf-action.fixture.ts';
import { checkFiles } from '../core/workflow/check-files.ts';
import { registerControlActions } from '../core/workflow/control/control-actions.ts';
import { checkout } from './source-tree.fixture.ts';

const page = readFileSync(join(checkout, 'docs/reference/checks.md'), 'utf8');
const sections = [...page.matchAll(/^### (WORKFLOW_\w+)\n(.*?)^```yaml\n(.*?)^```$/gms)].map(
  ([, code, words, text]) => {
    return { code: code!, words: words!, text: text! };
  },
);

const FINDINGS = [
  'WORKFLOW_JOIN_NEVER',
  'WORKFLOW_JOIN_MAY_BREAK',
  'WORKFLOW_STEP_NEVER_RUNS',
  'WORKFLOW_ERROR_EDGE_DEAD',
  'WORKFLOW_CONDITION_CONSTANT',
  'WORKFLOW_RETRY_ENDLESS',
  'WORKFLOW_ISLAND',
  'WORKFLOW_ARGUMENT_MISFIT',
  'WORKFLOW_FIELD_UNKNOWN',
  'WORKFLOW_FOR_EACH_MISFIT',
  'WORKFLOW_FOR_EACH_TEXT',
  'WORKFLOW_OPERANDS_MISFIT',
  'WORKFLOW_COMPARISON_CONSTANT',
  'WORKFLOW_FUNCTION_MISFIT',
  'WORKFLOW_INPUT_UNDECLARED',
  'WORKFLOW_INPUT_UNUSED',
  'WORKFLOW_SECRET_MISSING',
  'WORKFLOW_VARIABLE_MISSING',
  'WORKFLOW_MASKED_OUTPUT_READ',
  'WORKFLOW_CREDENTIAL_IN_TEXT',
  'WORKFLOW_SUBFLOW_INPUT',
];
/** Findings that runs can end with as well. */
const SHARED = ['WORKFLOW_SUBFLOW_UNKNOWN', 'WORKFLOW_SUBFLOW_RECURSION'];

const lookup = {
  inputSchema: {
    type: 'object',
    properties: { ip: { type: 'string' }, limit: { type: 'integer' } },
    required: ['ip'],
    additionalProperties: false,
  },
  outputSchema: {
    type: 'object',
    properties: {
      score: { type: 'integer' },
      level: { type: 'string', enum: ['low', 'high'] },
      tags: { type: 'array', items: { type: 'string' } },
      country: { type: ['string', 'null'] },
    },
    required: ['score', 'level', 'tags', 'country'],
    additionalProperties: false,
  },
} as const;
const token = {
  type: 'custom',
  name: 'example',
  keys: ['TOKEN'],
  optionalKeys: [],
  optional: false,
  secretType: 'custom',
} as const;

const registry = createActionRegistry();
registerControlActions(registry);
registry.add(leafAction({ name: 'core.transform.reshape' }));
registry.add(leafAction({ name: 'tools.example.lookup', ...lookup }));
registry.add(leafAction({ name: 'tools.example.guarded', ...lookup, secrets: [token] }));

const COMPANIONS = {
  example:
    'title: E\nentrypoint: {expects: {count: {type: int}}}\nactions: [{ref: a, action: core.transform.reshape, args: {value: "${{ TRIGGER.count }}"}}]',
  'calls-back': 'title: C\nactions: [{ref: a, action: core.workflow.execute, args: {workflow: itself}}]',
};

function check(text: string) {
  const companions = Object.entries(COMPANIONS).map(([alias, source]) => ({ alias, source: parseYaml(source, alias) }));
  const supplies = { hasSecret: (name: string) => name === 'vault.KEY', variables: ['region'] };
  return checkFiles([parseYaml(text, 'itself.yaml')], { registry, companions, supplies }).problems;
}

describe('the reference of checks', () => {
  test.each(sections)('its example of $code gives that, and nothing else', ({ code, words, text }) => {
    const problems = check(text);
    const line = text.split('\n').findIndex((written) => written.includes('# here')) + 1;
    const said = problems.map((problem) => [problem.code, problem.severity, problem.position.line]);
    expect(said).toEqual([[code, words.trim().startsWith('Error') ? 'error' : 'warning', line]]);
  });

  test('it describes every finding', () => {
    expect(sections.map(({ code }) => code).toSorted()).toEqual([...FINDINGS, ...SHARED].toSorted());
    expect(Object.keys(workflowCheckErrors).toSorted()).toEqual(FINDINGS.toSorted());
  });

  test('a credential is not shown', () => {
    const { text } = sections.find(({ code }) => code === 'WORKFLOW_CREDENTIAL_IN_TEXT')!;
    expect(JSON.stringify(check(text))).not.toContain('ghp_');
  });
});
