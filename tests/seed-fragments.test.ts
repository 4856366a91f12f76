import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkbench } from '../core/host/workbench.ts';
import { parseYaml } from '../core/language/source/parse-yaml.ts';
import { checkWorkflow } from '../core/workflow/check-workflow.ts';
import { checkout } from './source-tree.fixture.ts';

/** What the first users wrote down before there was a product; not part of the project, absent in most checkouts. */
const page = join(checkout, '../shared/reference/seeds/1-automation-platform.txt');

/** Cases and tables come with plugins of their own. */
const NOT_YET = /^core\.(?:case|table)\./;

interface Fragment {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The block of single actions: a YAML list. */
function fragments(): readonly Fragment[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!);
  const block = blocks.find((text) => text.startsWith('# core.http_request\n'))!;
  return parseYaml(block, 'seed.yaml').value as readonly Fragment[];
}

/** The fragment as a step, as it is written, behind the steps and inputs that it reads. */
function workflowOf({ action, args }: Fragment): object {
  const read = [...JSON.stringify(args).matchAll(/\bsteps\.(\w+)/g)].map(([, ref]) => ref!);
  const inputs = [...JSON.stringify(args).matchAll(/\bINPUTS\.(\w+)/g)].map(([, name]) => name!);
  return {
    title: action,
    description: '',
    entrypoint: { expects: Object.fromEntries(inputs.map((name) => [name, { type: 'str' }])) },
    actions: [
      ...read.map((ref) => ({ ref, action: 'core.transform.reshape', args: { value: {} } })),
      { ref: 'fragment', action, args, depends_on: read },
    ],
  };
}

describe.skipIf(!existsSync(page))('the fragments of the seed (skipped where ../shared/reference is absent)', () => {
  test('pass the check as they are written, but for cases and tables', async () => {
    await using bench = await openWorkbench({ fatal: () => undefined });
    const all = fragments();
    expect(all.length).toBeGreaterThanOrEqual(8);
    for (const fragment of all) {
      const source = parseYaml(JSON.stringify(workflowOf(fragment)), 'seed.yaml');
      const { problems } = checkWorkflow(source, bench.registry);
      const errors = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      expect({ [fragment.action]: errors }).toEqual({
        [fragment.action]: NOT_YET.test(fragment.action) ? ['WORKFLOW_ACTION_UNKNOWN'] : [],
      });
    }
  });
});
