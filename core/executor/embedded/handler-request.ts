import type { PinnedDefinition, RunRequest } from '../engine.ts';
import type { FailRun } from '../scheduler/command.ts';
import type { LiveRun } from './live-run.ts';

/** The run that an error handler gets to see as `TRIGGER`: who failed, and why. */
export function handlerRequest(
  failed: LiveRun,
  { error, errors }: FailRun,
  handler: PinnedDefinition,
  runUrl: string | null,
): RunRequest {
  const { state, graph, facts, runId } = failed;
  return {
    ...handler,
    ...(state.workspace !== undefined && { workspace: state.workspace }),
    triggerType: 'error-handler',
    trigger: {
      message: error.message,
      handler_wf_id: handler.workflow,
      orig_wf_id: facts.workflow,
      orig_wf_exec_id: runId,
      orig_wf_exec_url: runUrl,
      orig_wf_title: graph.title,
      trigger_type: state.triggerType,
      errors: errors.map(({ ref, attempt, error: { code, message, ...rest } }) => ({
        ref,
        message,
        type: code,
        attempt,
        code,
        ...rest,
      })),
    },
  };
}
