import type { Position } from '@backplane/sdk';
import type { DataPath, YamlSource } from '../../../language/source/yaml-source.ts';
import { hasExpression } from '../../../language/template/split-string.ts';
import { controlKind } from '../../control/control-kind.ts';
import type { WorkflowDefinition } from '../../workflow-definition.ts';

const BY_ALIAS = ['workflow', 'workflow_alias'] as const;
/** Ids belong to one host; files know nothing of them. */
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^wf[-_:]/i;

/** Another workflow that this one names, as a step or to handle its errors. */
export interface WorkflowCall {
  readonly alias: string;
  /** Where the alias stands. */
  readonly position: Position;
  /** What a step hands over; an error handler is given the error. */
  readonly inputs?: {
    readonly written: unknown;
    readonly positionOf: (path: DataPath) => Position;
  };
}

/** The workflows that a definition names in plain text; what an expression names is known when it runs. */
export function workflowCalls(definition: WorkflowDefinition, source: YamlSource, path: DataPath): WorkflowCall[] {
  const calls = definition.actions.flatMap(({ action, args }, index): WorkflowCall[] => {
    const target = BY_ALIAS.find((name) => Object.hasOwn(args, name));
    const alias = target === undefined ? undefined : args[target];
    if (controlKind(action) !== 'subflow' || typeof alias !== 'string' || !isAlias(alias)) return [];
    const at = [...path, 'actions', index, 'args'];
    const inputs = {
      written: args['trigger_inputs'],
      positionOf: (inside: DataPath) => source.positionOf([...at, 'trigger_inputs', ...inside]),
    };
    return [{ alias, position: source.positionOf([...at, target!]), inputs }];
  });
  const { errorHandler } = definition;
  if (errorHandler === undefined || !isAlias(errorHandler)) return calls;
  return [...calls, { alias: errorHandler, position: source.positionOf([...path, 'error_handler']) }];
}

function isAlias(name: string): boolean {
  return !hasExpression(name) && !ID.test(name);
}
