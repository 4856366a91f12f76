import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';

export type StepStatus = 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled';

/** Where one action of the run stands. JSON only. */
export interface StepState {
  status: StepStatus;
  attempts: number;
  result?: unknown;
  error?: ErrorRecord;
  warnings?: Warning[];
  startedAt?: number;
  endedAt?: number;
  /** Present while a `for_each` runs. */
  loop?: { items: unknown[]; results: unknown[]; errors: { item: number; error: ErrorRecord }[]; next: number; inFlight: number };
}

/** What a command number still waits for. */
export type Pending =
  | { readonly kind: 'action'; readonly action: number; readonly attempt: number; readonly item?: number }
  | { readonly kind: 'timer'; readonly purpose: 'start-delay' | 'retry' | 'run-timeout'; readonly action?: number; readonly attempt?: number; readonly item?: number };

/** The whole state of a run: JSON only, so that it can be a snapshot. `reduce` owns and changes it in place. */
export interface RunState {
  status: 'new' | 'running' | 'cancelling' | 'completed' | 'failed' | 'cancelled';
  runId: string;
  startedAt: number;
  /** `at` of the newest event: the run's logical time. */
  now: number;
  nextSeq: number;
  trigger: unknown;
  env: Readonly<Record<string, unknown>>;
  environment: string;
  /** By action index. */
  steps: StepState[];
  /** By edge: has it been decided, and how. Keys are `from:to:on`. */
  edges: Record<string, 'visited' | 'skipped'>;
  pending: Record<number, Pending>;
  result?: unknown;
  error?: ErrorRecord;
}
