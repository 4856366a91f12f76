import { expect, test } from 'vitest';
import { createActionRegistry } from '../../registry/action-registry.ts';
import { registerControlActions } from './control-actions.ts';
import { controlKind } from './control-kind.ts';

const registry = createActionRegistry();
registerControlActions(registry);

test('what steers a workflow is listed with its arguments like any other action', () => {
  const names = registry.list().map(({ info }) => info.name);
  expect(names).toEqual([
    'core.loop.end',
    'core.loop.start',
    'core.transform.gather',
    'core.transform.scatter',
    'core.workflow.execute',
  ]);
  for (const name of names) expect(controlKind(name)).toBeDefined();
  expect(registry.get('core.loop.end')!.info.inputSchema).toMatchObject({ required: ['condition'] });
});

test('it cannot be called by itself', async () => {
  const call = registry.get('core.transform.scatter')!.run({} as never);
  await expect(call).rejects.toMatchObject({ code: 'WORKFLOW_CONTROL_OUTSIDE' });
});
