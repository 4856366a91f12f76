import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../language/template/scope.ts';
import type { RunEvent } from './scheduler/event.ts';
import type { StepState } from './scheduler/state.ts';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled';

/** A definition as it was when the run was accepted; the run stays on it whatever happens to the workflow afterwards. */
export interface PinnedDefinition {
  /** Workflow id, or the file's name for runs without a server. */
  readonly workflow: string;
  readonly version: number;
  /** The parsed definition (JSON); compiled again after a restart. */
  readonly definition: unknown;
}

export interface RunRequest extends PinnedDefinition {
  readonly trigger: unknown;
  readonly triggerType: 'manual' | 'api' | 'webhook' | 'error-handler' | 'workflow' | 'subflow';
  /** Same key and workflow → the same run, for 24 hours. */
  readonly idempotencyKey?: string;
  readonly environment?: string;
  readonly correlationId?: string;
  /** The run that asked for this one. */
  readonly parent?: ParentRun;
  /** Workflows that led to this run, outermost first. */
  readonly callers?: readonly string[];
  /** Epoch milliseconds; the run's start if absent. */
  readonly timeAnchor?: number;
  /** Counts beside the limit of the workflow itself; milliseconds. */
  readonly timeoutMs?: number;
}

export interface ParentRun {
  readonly runId: string;
  /** The parent's command that waits for the end of this run; absent when nobody waits. */
  readonly seq?: number;
}

export interface RunHandle {
  readonly runId: string;
  /** True when an earlier request with the same key made this run. */
  readonly existing: boolean;
}

export interface RunSummary {
  readonly runId: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly triggerType: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: ErrorRecord;
  /** The run that started this one as one of its steps. */
  readonly parentRunId?: string;
}

/** A run as people see it, folded from its events. Masked: secrets and `mask_output` results never stand here. */
export interface RunRecord extends RunSummary {
  readonly trigger: unknown;
  readonly result?: unknown;
  /** By ref. Of a step that runs in streams only where all of them stand together. */
  readonly steps: Readonly<Record<string, StepState>>;
  /** The streams of scatters by id, such as `hosts:3/ports:0`; absent when there are none. */
  readonly streams?: Readonly<Record<string, StreamRecord>>;
  /** Of expressions that belong to no step, such as `returns`. */
  readonly warnings?: readonly Warning[];
}

/** One item of a scatter on its way to the gather. */
export interface StreamRecord {
  readonly status: RunStatus;
  /** What made it fail, and in which step. */
  readonly error?: { readonly ref: string; readonly attempt: number; readonly error: ErrorRecord };
  /** By ref. */
  readonly steps: Readonly<Record<string, StepState>>;
}

export interface RunFilter {
  readonly workflow?: string;
  readonly status?: RunStatus;
  readonly limit: number;
  readonly cursor?: string;
}

/** Runs definitions to completion, whatever happens to the process meanwhile. One implementation is active per host. */
export interface Engine extends AsyncDisposable {
  /** Durable when the promise resolves: from then on the run survives a crash. Refuses with RUN_BACKPRESSURE when full. */
  start(request: RunRequest): Promise<RunHandle>;
  /** Resolves once the run has ended and its end is durable. Rejects with RUN_NOT_FOUND. Leaving early is `signal`'s job. */
  result(runId: string, signal?: AbortSignal): Promise<RunRecord>;
  cancel(runId: string, reason: string): Promise<void>;
  get(runId: string): Promise<RunRecord | undefined>;
  list(filter: RunFilter): Promise<{ readonly items: readonly RunSummary[]; readonly nextCursor?: string }>;
  /** Stored events after sequence `after` (0 = all), then live ones until the run ends or `signal` aborts. */
  events(
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly seq: number; readonly event: RunEvent }>;
}
