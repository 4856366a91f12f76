import type { ErrorRecord } from '@backplane/sdk';
import type { RunRecord, RunStatus } from './engine.ts';
import type { StepStatus } from './scheduler/state.ts';

export interface StepReport {
  readonly status: StepStatus;
  readonly result?: unknown;
  readonly error?: ErrorRecord;
  readonly attempts: number;
}

/** What `backplane run --json` prints of a run. */
export interface RunReport {
  readonly status: RunStatus;
  readonly result: unknown;
  readonly error?: ErrorRecord;
  readonly steps: Readonly<Record<string, StepReport>>;
}

export function runReport({ status, result = null, error, steps }: RunRecord): RunReport {
  const reports: Record<string, StepReport> = Object.create(null);
  for (const [ref, step] of Object.entries(steps)) {
    reports[ref] = {
      status: step.status,
      ...(step.result !== undefined && { result: step.result }),
      ...(step.error !== undefined && { error: step.error }),
      attempts: step.attempts,
    };
  }
  return { status, result, ...(error !== undefined && { error }), steps: reports };
}
