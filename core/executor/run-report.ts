import type { ErrorRecord } from '@backplane/sdk';
import type { RunRecord, RunStatus } from './engine.ts';
import type { StepState, StepStatus } from './scheduler/state.ts';

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
  /** By id; absent when nothing was scattered. */
  readonly streams?: Readonly<Record<string, { readonly status: RunStatus; readonly steps: RunReport['steps'] }>>;
}

export function runReport({ status, result = null, error, steps, streams }: RunRecord): RunReport {
  return {
    status,
    result,
    ...(error !== undefined && { error }),
    steps: mapValues(steps, stepReport),
    ...(streams !== undefined && {
      streams: mapValues(streams, (stream) => ({ status: stream.status, steps: mapValues(stream.steps, stepReport) })),
    }),
  };
}

function stepReport({ status, result, error, attempts }: StepState): StepReport {
  return { status, ...(result !== undefined && { result }), ...(error !== undefined && { error }), attempts };
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Readonly<Record<string, U>> {
  const mapped: Record<string, U> = Object.create(null);
  for (const [key, value] of Object.entries(values)) mapped[key] = map(value);
  return mapped;
}
