import type { SecretRequirement } from '@backplane/sdk';
import type { GraphAction } from '../workflow/graph.ts';
import type { ActionRunnerOptions, ActionTask } from './action-runner.ts';
import { secretsNamedBy } from './named-secrets.ts';
import { environmentOf, scopeOf } from './prepare-attempt.ts';
import type { Frame, StepState } from './scheduler/state.ts';
import { SecretMask } from './secret-mask.ts';

/**
 * For a run that comes back to memory: asks once more for what its earlier steps were handed, so that later ones hide it as they would
 * have before. The state is read at once; undefined when there is nothing to recall. What fails is asked for again by the next attempt.
 */
export function recallSecrets(
  options: ActionRunnerOptions,
  task: ActionTask,
  shared: SecretMask,
): (() => Promise<void>) | undefined {
  const wanted = requirementsOf(options, task);
  if (wanted.size === 0) return undefined;
  const { workspace } = task.state;
  // What is too short to be hidden everywhere was hidden in its own step alone.
  const mask = new SecretMask(shared);
  const recall = async () => {
    for (const [environment, requirements] of wanted) {
      const values = await options.secrets.resolve(requirements, environment, workspace);
      for (const keys of Object.values(values)) for (const value of Object.values(keys)) mask.add(value);
      wanted.delete(environment);
    }
  };
  let underWay: Promise<void> | undefined;
  return () => {
    underWay ??= recall().finally(() => {
      if (wanted.size > 0) underWay = undefined;
    });
    return underWay;
  };
}

/** By environment. */
function requirementsOf(options: ActionRunnerOptions, task: ActionTask): Map<string, SecretRequirement[]> {
  const wanted = new Map<string, SecretRequirement[]>();
  for (const action of actionsBefore(task)) {
    const info = (options.registry.get(action.action, action.origin) ?? options.registry.get(action.action))?.info;
    const needed = [...secretsNamedBy(action.args), ...(info?.secrets ?? [])];
    if (needed.length === 0) continue;
    const environment = environmentThen(task, action);
    wanted.set(environment, [...(wanted.get(environment) ?? []), ...needed]);
  }
  return wanted;
}

/** What has been tried at least once, in the run itself or in a stream. A run that has just begun has nothing before its first steps. */
function actionsBefore({ graph, state }: ActionTask): readonly GraphAction[] {
  const found = new Set<number>();
  for (const frame of [state as Frame, ...Object.values(state.streams)])
    for (const [index, step] of Object.entries(frame.steps)) if (hasBeenTried(step)) found.add(Number(index));
  return [...found].map((index) => graph.actions[index]!);
}

function hasBeenTried({ status, attempts, rounds = 0, pass = 0, loop }: StepState): boolean {
  const ended = status === 'completed' || status === 'failed' || status === 'cancelled';
  return ended || attempts > 1 || rounds > 0 || pass > 0 || (loop !== undefined && loop.next > loop.inFlight);
}

function environmentThen(task: ActionTask, action: GraphAction): string {
  const { environment } = task.state;
  if (action.environment === undefined) return environment;
  const { stream: _, item: __, ...command } = task.command;
  try {
    const scope = scopeOf({ ...task, command }, action, { warn: () => {}, strict: false });
    return environmentOf(action, scope, environment);
  } catch {
    // Only its own stream or item could say.
    return environment;
  }
}
