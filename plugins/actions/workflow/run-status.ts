import type { WorkflowRunStatus } from '@backplane/sdk';
import { z } from 'zod';

/** A run as these actions describe it. */
export const runStatus = z.object({
  run_id: z.string(),
  workflow: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  result: z.unknown(),
  error: z.unknown(),
  steps: z.record(z.string(), z.unknown()).optional(),
});

export function describeRun(run: WorkflowRunStatus): z.input<typeof runStatus> {
  return {
    run_id: run.runId,
    workflow: run.workflow,
    status: run.status,
    started_at: run.startedAt,
    ended_at: run.endedAt ?? null,
    result: run.result ?? null,
    error: run.error ?? null,
    ...(run.steps === undefined ? {} : { steps: { ...run.steps } }),
  };
}
