import { raise } from '../../errors/catalogue.ts';
import { prepareTrigger } from '../../workflow/prepare-trigger.ts';
import type { WorkflowDefinition } from '../../workflow/workflow-definition.ts';
import type { RunRequest } from '../engine.ts';
import type { StartChild } from '../scheduler/command.ts';
import type { CallableWorkflows } from './engine-options.ts';
import type { LiveRun } from './live-run.ts';

/** Workflows may call each other so deep. */
const MAX_DEPTH = 16;

/** The run that a step asks for. Throws WORKFLOW_SUBFLOW_UNKNOWN, _RECURSION or _DEPTH, INPUT_INVALID, and what `workflows` throws. */
export async function childRequest(
  { runId, facts, state }: LiveRun,
  command: StartChild,
  workflows: CallableWorkflows,
): Promise<RunRequest> {
  const { workflow, version, environment, timeoutMs, input, seq, wait } = command;
  const callers = [...(state.callers ?? []), facts.workflow];
  const found = await workflows.resolve(workflow, version, state.workspace);
  if (found === undefined) throw raise.WORKFLOW_SUBFLOW_UNKNOWN({ workflow, version });
  const before = callers.indexOf(found.workflow);
  if (before !== -1) throw raise.WORKFLOW_SUBFLOW_RECURSION({ path: [...callers.slice(before), found.workflow] });
  if (callers.length > MAX_DEPTH) throw raise.WORKFLOW_SUBFLOW_DEPTH({ limit: MAX_DEPTH });
  return {
    ...found,
    trigger: prepareTrigger(found.definition as WorkflowDefinition, input),
    triggerType: 'subflow',
    parent: { runId, ...(wait && { seq }) },
    callers,
    timeAnchor: state.timeAnchor ?? state.startedAt,
    ...(state.workspace !== undefined && { workspace: state.workspace }),
    ...(environment !== undefined && { environment }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}
