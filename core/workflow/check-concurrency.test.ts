import { expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (concurrency: string) =>
  checkWorkflow(
    parseYaml(
      `title: T
config:
  concurrency: ${concurrency}
actions:
  - { ref: a, action: core.transform.reshape, args: { value: 1 } }
`,
      'w.yaml',
    ),
    testRegistry(),
  );
const problems = (concurrency: string) =>
  check(concurrency).problems.map(({ code, position: { line, column } }) => `${code} ${line}:${column}`);

test('a limit with everything about it is read', () => {
  const { definition } = check('{ limit: 3, key: "${{ TRIGGER.customer }}", on_limit: cancel_oldest }');
  const concurrency = { limit: 3, key: '${{ TRIGGER.customer }}', onLimit: 'cancel_oldest' };
  expect(definition!.config.concurrency).toEqual(concurrency);
  expect(check('{ limit: 1 }').definition!.config.concurrency).toEqual({ limit: 1, onLimit: 'queue' });
});

test.each([
  ['{}', ['WORKFLOW_KEY_MISSING 3:16']],
  ['{ limit: 0 }', ['WORKFLOW_VALUE 3:25']],
  ['{ limit: 1.5 }', ['WORKFLOW_TYPE 3:25']],
  ['{ limit: 1, on_limit: drop }', ['WORKFLOW_VALUE 3:38']],
  ['{ limit: 1, mode: x }', ['WORKFLOW_KEY_UNKNOWN 3:28']],
  ['5', ['WORKFLOW_TYPE 3:16']],
])('a mistake in %s is told with its place', (text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test('the key is made before any step runs and outside of any secret: it sees the input alone', () => {
  expect(problems('{ limit: 1, key: "${{ ACTIONS.a.result }}" }')).toHaveLength(1);
  expect(problems('{ limit: 1, key: "${{ SECRETS.a.b }}" }')).toHaveLength(1);
  expect(problems('{ limit: 1, key: "${{ TRIGGER. }}" }')).toEqual(['LANGUAGE_SYNTAX 3:46']);
  expect(problems('{ limit: 1, key: "${{ INPUTS.a }}" }')).toEqual([]);
});
