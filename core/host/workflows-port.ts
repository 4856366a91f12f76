import type { WorkflowRunStatus, Workflows } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { RunRecord, RunSummary } from '../executor/engine.ts';
import type { Runs, WorkspaceRuns } from '../executor/workspace-runs.ts';
import type { HostPorts } from '../plugins/ports/host-ports.ts';
import { prepareTrigger } from '../workflow/prepare-trigger.ts';
import type { WorkflowCatalogue, WorkspaceWorkflows } from '../workflow/workflow-catalogue.ts';

/** Lends the workflows of a workspace to plugins. Runs and catalogue are asked for at each call, as they come up after the plugins. */
export function workflowsPort(
  runs: () => Runs,
  workflows: () => WorkflowCatalogue,
): NonNullable<HostPorts['workflows']> {
  return {
    in: (workspace) =>
      workspacePort(
        () => runs().in(workspace),
        () => workflows().in(workspace),
      ),
  };
}

/** A timer cannot be set for longer. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

function workspacePort(runs: () => WorkspaceRuns, workflows: () => WorkspaceWorkflows): Workflows {
  async function status(runId: string): Promise<WorkflowRunStatus> {
    const run = await runs().get(runId);
    if (run === undefined) throw raise.RUN_NOT_FOUND({ runId });
    return statusOf(run);
  }
  return {
    async start(workflow, input, { idempotencyKey } = {}) {
      const { id, version, definition } = await workflows().runnable(workflow);
      const trigger = prepareTrigger(definition, input);
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const { runId } = await runs().start({
        workflow: id,
        version,
        definition,
        trigger,
        triggerType: 'workflow',
        ...key,
      });
      return { runId };
    },
    status,
    async wait(runId, { timeoutMs }) {
      const limit = AbortSignal.timeout(Math.min(timeoutMs, LONGEST_WAIT_MS));
      try {
        return statusOf(await runs().result(runId, limit));
      } catch (problem) {
        if (!limit.aborted) throw problem;
        return status(runId);
      }
    },
    async list({ workflow, limit = 50 } = {}) {
      const filter = workflow === undefined ? {} : { workflow: (await workflows().get(workflow)).id };
      return (await runs().list({ ...filter, limit })).items.map(statusOf);
    },
    get: (workflow) => workflows().get(workflow),
  };
}

function statusOf({
  runId,
  workflow,
  status,
  startedAt,
  endedAt,
  error,
  ...rest
}: RunSummary | RunRecord): WorkflowRunStatus {
  return {
    runId,
    workflow,
    status,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(error === undefined ? {} : { error }),
    ...('steps' in rest ? { steps: rest.steps, result: rest.result ?? null } : {}),
  };
}
