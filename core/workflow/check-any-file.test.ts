import { parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { compileWorkflow } from './compile-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

const check = (text: string) => checkWorkflow(parseYaml(text, 'w.yaml'), testRegistry());

describe('any file', () => {
  const keys = (
    'type definition title description entrypoint ref expects actions action args depends_on run_if for_each retry_policy ' +
    'wait_until collection items condition max_attempts retry_until backoff start_delay environment config timeout triggers path methods secret auth preset header allow_ips response respond rate_limit returns a b'
  ).split(' ');
  const texts = [
    'workflow',
    'webhook',
    'a',
    'b',
    'a.error',
    'core.http',
    '${{ ACTIONS.a.result }}',
    '${{ x',
    '',
    'str',
  ];
  const scalar = fc.oneof(fc.constantFrom(...texts), fc.integer(), fc.boolean(), fc.constant(null));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      scalar,
      tie('map'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    map: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
  }));
  const action = fc.record({
    ref: fc.constantFrom('a', 'b', 'c'),
    action: fc.constantFrom(
      'core.http',
      'core.transform.scatter',
      'core.transform.gather',
      'core.loop.start',
      'core.loop.end',
    ),
    depends_on: fc.oneof(fc.subarray(['a', 'b', 'c', 'c.error']), value),
    args: fc.oneof(fc.constant({}), fc.constant({ collection: [1], items: 1, condition: true }), value),
    retry_policy: value,
    for_each: value,
  });
  const file = fc.oneof(
    value,
    fc.record({ title: scalar, actions: fc.array(action, { maxLength: 3 }), returns: value }),
  );

  test('is read or refused, never more than that; what is accepted compiles', () => {
    fc.assert(
      fc.property(file, (content) => {
        const { problems, definition } = check(JSON.stringify(content));
        if (definition === undefined) expect(problems.length).toBeGreaterThan(0);
        else compileWorkflow(parseJson(stringifyJson(definition)) as WorkflowDefinition);
      }),
      { numRuns: 500 },
    );
  });
});
