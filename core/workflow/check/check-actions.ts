import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import type { ActionRegistry } from '../../registry/runnable-action.ts';
import type { WorkflowDefinition } from '../workflow-definition.ts';

/** Every action exists, can be used as a step, and takes the arguments that it is given. */
export function checkActions(
  findings: Findings,
  { actions }: WorkflowDefinition,
  path: DataPath,
  registry: ActionRegistry,
): void {
  for (const [index, { action, args }] of actions.entries()) {
    const at = [...path, 'actions', index];
    if (action === '') continue;
    const runnable = registry.get(action);
    if (runnable === undefined) reportUnknown(findings, action, [...at, 'action'], registry);
    else {
      const { deprecated } = runnable.info;
      if (deprecated !== undefined) {
        const error = raise.WORKFLOW_ACTION_DEPRECATED({ action, message: deprecated });
        findings.atValue([...at, 'action'], error, { severity: 'warning' });
      }
      findings.problems.push(...runnable.check(args, findings.source, [...at, 'args']));
    }
  }
}

function reportUnknown(findings: Findings, action: string, path: DataPath, registry: ActionRegistry): void {
  const didYouMean = registry.suggest(action);
  const error = raise.WORKFLOW_ACTION_UNKNOWN({ action, didYouMean });
  findings.atValue(path, error, didYouMean === undefined ? {} : { didYouMean });
}
