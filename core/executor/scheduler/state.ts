import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';

export type StepStatus = 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled';

/** Where one action of the run stands. JSON only. */
export interface StepState {
  status: StepStatus;
  /** Attempts started so far; of a `for_each`, the most that any item needed. */
  attempts: number;
  /** How often `retry_until` has sent the step back, when it has. */
  rounds?: number;
  result?: unknown;
  /** The error that ended the step, or the one of the attempt before, while it waits for its next. */
  error?: ErrorRecord;
  warnings?: Warning[];
  startedAt?: number;
  endedAt?: number;
  /** Present while a `for_each` runs. `items` are the values of `var`; `inFlight` counts items begun and not yet ended. */
  loop?: {
    items: unknown[];
    results: unknown[];
    errors: { item: number; error: ErrorRecord }[];
    next: number;
    inFlight: number;
  };
}

/** One attempt that is due. `round` counts the re-runs of `retry_until`; absent in the first. */
export interface Work {
  readonly action: number;
  readonly attempt: number;
  readonly item?: number;
  readonly round?: number;
}

/** What a command number still waits for. */
export type Pending =
  | ({ readonly kind: 'action' } & Work)
  | {
      readonly kind: 'timer';
      readonly purpose: 'start-delay' | 'retry' | 'run-timeout';
      readonly action?: number;
      readonly attempt?: number;
      readonly item?: number;
      readonly round?: number;
    };

/** The whole state of a run: JSON only, so that it can be a snapshot. `reduce` owns and changes it in place. */
export interface RunState {
  status: 'new' | 'running' | 'completed' | 'failed' | 'cancelled';
  runId: string;
  startedAt: number;
  /** Present once the run has ended. */
  endedAt?: number;
  /** `at` of the newest event: the run's logical time, which never goes back. */
  now: number;
  nextSeq: number;
  trigger: unknown;
  triggerType: string;
  env: Readonly<Record<string, unknown>>;
  environment: string;
  /** Workspace variables as they were when the run started. */
  vars: unknown;
  /** By action index. */
  steps: StepState[];
  /** By edge: has it been decided, and how. Keys are `from:to:on`. */
  edges: Record<string, 'visited' | 'skipped'>;
  /** By action index: how many incoming edges are decided, and how many of these visited. */
  decided: number[];
  visited: number[];
  /** Steps that have not ended. */
  remaining: number;
  /** Attempts that are due, oldest first, waiting for a free place among the running ones. */
  ready: Work[];
  /** Attempts in flight. */
  running: number;
  pending: Record<number, Pending>;
  /** Of expressions that belong to no step, such as `returns`. */
  warnings: Warning[];
  result?: unknown;
  error?: ErrorRecord;
}
