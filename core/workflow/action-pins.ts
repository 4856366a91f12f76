import { createHash } from 'node:crypto';
import { isRecord } from '../language/values/is-record.ts';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import type { WorkflowDefinition } from './workflow-definition.ts';

/** What a step was checked against when its workflow was stored. */
export interface ActionPin {
  /** `plugin@version`. */
  readonly origin: string;
  /** `sha256-…` of what the action takes and gives. */
  readonly digest: string;
}

/** Every plugin action that a workflow calls, with the version that is current now. Templates float: they are files of this host. */
export function actionPins(
  definition: WorkflowDefinition,
  registry: ActionRegistry,
): Readonly<Record<string, ActionPin>> {
  const names = [...new Set(definition.actions.map(({ action }) => action))].toSorted();
  return Object.fromEntries(
    names.flatMap((name) => {
      const info = registry.get(name)?.info;
      if (info === undefined || info.kind !== 'plugin') return [];
      const contract = JSON.stringify([info.inputSchema, info.outputSchema ?? null, info.effect]);
      return [
        [name, { origin: info.origin, digest: `sha256-${createHash('sha256').update(contract).digest('base64')}` }],
      ];
    }),
  );
}

/** The same workflow, each step with the version that it was stored with. `pins` is what {@link actionPins} gave then. */
export function pinned(definition: WorkflowDefinition, pins: unknown): WorkflowDefinition {
  if (!isRecord(pins)) return definition;
  const actions = definition.actions.map((action) => {
    const pin = pins[action.action];
    return isRecord(pin) && typeof pin['origin'] === 'string' ? { ...action, origin: pin['origin'] } : action;
  });
  return { ...definition, actions };
}
