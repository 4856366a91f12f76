import type { DataPath } from '../../language/source/yaml-source.ts';
import { type ControlKind, controlKind } from '../control/control-kind.ts';
import { SUBFLOW_OPTIONS } from '../control/limits.ts';
import type { ActionDefinition, InteractionDefinition, WorkflowDefinition } from '../workflow-definition.ts';

/** One value of a definition that may hold expressions, and what they may use there. */
export interface ExpressionPlace {
  readonly value: unknown;
  readonly path: DataPath;
  readonly contexts: readonly string[];
  /** `for_each` wants iterators, everything else values. */
  readonly kind: 'value' | 'iterators';
  /** The action it belongs to, and whether it may read that action's own result. */
  readonly action?: { readonly index: number; readonly ref: string; readonly seesItself: boolean };
  /** The arguments of a loop end steer the loop, those of a gather besides `items` stand around its streams. */
  readonly role?: 'loop-end' | 'around-streams';
}

/** Secrets are for arguments of actions alone: everything else is evaluated by the scheduler, and its outcome stands in the journal. */
const OF_THE_RUN = ['TRIGGER', 'INPUTS', 'ACTIONS', 'VARS', 'ENV'] as const;

export function expressionPlaces(definition: WorkflowDefinition, path: DataPath): ExpressionPlace[] {
  const places = definition.actions.flatMap((action, index) => ofAction(action, index, [...path, 'actions', index]));
  const contexts = OF_THE_RUN.filter((context) => context !== 'ACTIONS');
  places.push({
    value: definition.config.environment,
    path: [...path, 'config', 'environment'],
    contexts,
    kind: 'value',
  });
  if (definition.config.concurrency?.key !== undefined) {
    const { key } = definition.config.concurrency;
    const at = [...path, 'config', 'concurrency', 'key'];
    places.push({ value: key, path: at, contexts: ['TRIGGER', 'INPUTS', 'VARS'], kind: 'value' });
  }
  if (definition.returns !== undefined) {
    places.push({ value: definition.returns, path: [...path, 'returns'], contexts: OF_THE_RUN, kind: 'value' });
  }
  places.push(...ofResponses(definition, path));
  return places;
}

/** The answer of a webhook is made from the record of the run, in which `ENV` and `VARS` do not stand. */
function ofResponses({ triggers }: WorkflowDefinition, path: DataPath): ExpressionPlace[] {
  return triggers.flatMap((trigger, index) =>
    Object.entries((trigger.type === 'webhook' && trigger.response) || {}).map(([key, value]) => ({
      value,
      path: [...path, 'triggers', index, 'response', key],
      contexts: ['TRIGGER', 'INPUTS', 'ACTIONS'],
      kind: 'value' as const,
    })),
  );
}

function ofAction(definition: ActionDefinition, index: number, path: DataPath): ExpressionPlace[] {
  const { ref, runIf, forEach, environment, args, unevaluated, retry, waitUntil, interaction = {} } = definition;
  const control = controlKind(definition.action);
  const places: ExpressionPlace[] = [];
  const add = (value: unknown, at: DataPath, more: Partial<ExpressionPlace> & { seesItself?: boolean } = {}) => {
    if (value === undefined) return;
    const { seesItself = false, contexts = OF_THE_RUN, kind = 'value', role } = more;
    const action = { index, ref, seesItself };
    places.push({ value, path: [...path, ...at], contexts, kind, action, ...(role !== undefined && { role }) });
  };
  const loop = forEach === undefined ? [] : ['var'];
  add(runIf, ['run_if']);
  add(forEach, ['for_each'], { kind: 'iterators' });
  for (const [name, value] of Object.entries(args)) {
    if (unevaluated.includes(name)) continue;
    const contexts = [
      ...OF_THE_RUN,
      ...(control === undefined ? ['SECRETS'] : []),
      ...(seesItems(control, name) ? loop : []),
    ];
    const role = roleOf(control, name);
    add(value, ['args', name], { contexts, ...(role !== undefined && { role }) });
  }
  add(waitUntil, ['wait_until']);
  add(environment, ['environment'], { contexts: [...OF_THE_RUN, ...loop] });
  add(retry.retryUntil, ['retry_policy', 'retry_until'], { seesItself: true });
  const { message, approveIf }: Partial<InteractionDefinition> = interaction;
  add(message, ['interaction', 'message'], { seesItself: true });
  add(approveIf, ['interaction', 'approve_if'], { seesItself: true, contexts: [...OF_THE_RUN, 'interaction'] });
  return places;
}

/** What steers a whole `for_each` cannot depend on one of its items. */
function seesItems(control: ControlKind | undefined, argument: string): boolean {
  return control === undefined || (control === 'subflow' && !SUBFLOW_OPTIONS.includes(argument));
}

function roleOf(control: ControlKind | undefined, argument: string): ExpressionPlace['role'] {
  if (control === 'loop-end') return 'loop-end';
  return control === 'gather' && argument !== 'items' ? 'around-streams' : undefined;
}
