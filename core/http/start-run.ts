import type { Engine, RunHandle, RunRequest } from '../executor/engine.ts';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { prepareTrigger } from '../workflow/prepare-trigger.ts';
import type { RunnableWorkflow } from '../workflow/workflow-catalogue.ts';

export interface StartOptions {
  readonly triggerType: RunRequest['triggerType'];
  readonly idempotencyKey?: string;
  readonly environment?: string;
}

/** Checks the input against the workflow's entry point and starts a run; durable when it resolves. */
export function startRun(
  engine: Pick<Engine, 'start'>,
  workflow: RunnableWorkflow,
  input: unknown,
  options: StartOptions,
): Promise<RunHandle> {
  const { id, workspace, version, definition } = workflow;
  const correlationId = currentCorrelationId();
  return engine.start({
    workflow: id,
    workspace,
    version,
    definition,
    trigger: prepareTrigger(definition, input),
    ...options,
    ...(correlationId === undefined ? {} : { correlationId }),
  });
}
