import { createActionRegistry } from '../registry/action-registry.ts';
import { leafAction } from '../registry/leaf-action.fixture.ts';
import type { ActionInfo, ActionRegistry, RunnableAction } from '../registry/runnable-action.ts';
import { registerControlActions } from './control/control-actions.ts';

type Run = RunnableAction['run'];

/** An action that takes `value` and whatever else `properties` names, and returns `value` unless `run` says otherwise. */
export function testAction(
  info: Partial<ActionInfo> & { name: string },
  run: Run = async ({ args }) => args['value'],
): RunnableAction {
  const inputSchema = {
    type: 'object',
    properties: { value: {}, count: { type: 'integer' } },
    additionalProperties: false,
  };
  return leafAction({ origin: 'test@1.0.0', inputSchema, ...info, run });
}

export function testRegistry(...actions: readonly RunnableAction[]): ActionRegistry {
  const registry = createActionRegistry();
  registerControlActions(registry);
  const known = [
    testAction({ name: 'core.transform.reshape' }),
    testAction({ name: 'core.http_request', aliases: ['core.http'], timeoutMs: 20_000 }),
    testAction({ name: 'core.workflow.create_workflow', unevaluated: ['value'] }),
    testAction({ name: 'tools.old.thing', deprecated: 'use tools.new.thing' }),
  ];
  for (const action of [...known, ...actions]) registry.add(action);
  return registry;
}
