import { expect, test } from 'vitest';
import { parseYaml } from '../language/source/parse-yaml.ts';
import { checkWorkflow } from './check-workflow.ts';
import { testRegistry } from './test-registry.fixture.ts';

const check = (triggers: string) =>
  checkWorkflow(
    parseYaml(`title: T\nactions: [{ref: a, action: core.http}]\ntriggers:\n${triggers}`, 'f.yaml'),
    testRegistry(),
  );
const found = (triggers: string) =>
  check(triggers).problems.map(({ code, position, didYouMean }) =>
    [`${position.line}:${position.column}`, code, didYouMean].filter(Boolean).join(' '),
  );

test('a plugin trigger is read with what it is given', () => {
  const { problems, definition } = check(
    '- {type: plugin, trigger: acme.new_issue, config: {repo: a/b}, every: 30}\n- {type: plugin, trigger: acme.other}\n- {type: webhook}\n',
  );
  expect(problems).toEqual([]);
  expect(definition!.triggers).toMatchObject([
    { type: 'plugin', trigger: 'acme.new_issue', config: { repo: 'a/b' }, every: 30 },
    { type: 'plugin', trigger: 'acme.other', config: {} },
    { type: 'webhook' },
  ]);
});

test('what is wrong with one is found at its place', () => {
  expect(found('- {type: plugin}\n')).toEqual(['4:3 WORKFLOW_KEY_MISSING']);
  expect(found('- {type: plugin, trigger: Acme}\n')).toEqual(['4:27 WORKFLOW_VALUE']);
  expect(found('- {type: plugin, trigger: a.b, every: 0}\n')).toEqual(['4:39 WORKFLOW_VALUE']);
  expect(found('- {type: plugin, trigger: a.b, args: {}}\n')).toEqual(['4:32 WORKFLOW_KEY_UNKNOWN config']);
  expect(found('- {type: plugin, trigger: a.b, config: 1}\n')).toEqual(['4:40 WORKFLOW_TYPE']);
});
