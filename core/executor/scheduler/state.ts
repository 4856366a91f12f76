import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';
import type { StartChild } from './command.ts';
import type { InteractionState } from './interaction-state.ts';

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
  /** Of a gather: the errors of its streams, when they stand beside the results. */
  errors?: readonly StreamError[];
  warnings?: Warning[];
  /** True when it ran in an earlier run, whose result stands. */
  kept?: true;
  startedAt?: number;
  endedAt?: number;
  /** How often loops have sent the run through this step before, when they have. */
  pass?: number;
  /** Of a loop start: which iteration is running, from 0; absent in the first. */
  iteration?: number;
  /** Of a scatter: its streams, whose ids are `prefix` and a number from 0. `open` counts those begun and not yet ended. */
  streams?: { prefix: string; count: number; begun: number; open: number; from: number; intervalMs: number };
  /** What the step asks people, once its action has run; it stands there with its answers for good. */
  interaction?: InteractionState;
  /** Present while a `for_each` runs. `items` are the values of `var`; `inFlight` counts items begun and not yet ended. */
  loop?: {
    items: unknown[];
    results: unknown[];
    errors: { item: number; error: ErrorRecord }[];
    next: number;
    inFlight: number;
    /** Present when every item is a run of another workflow. */
    runs?: SubflowOptions;
  };
}

/** How a `for_each` over a subflow goes through its items. */
export interface SubflowOptions {
  /** So many runs at a time. */
  readonly window: number;
  /** The next runs begin when all of the window have ended. */
  readonly inBatches: boolean;
  /** Errors stand in the list of results. */
  readonly isolated: boolean;
  readonly wait: boolean;
}

/** An error as `ACTIONS.<ref>.error` shows it, with the stream that it comes from. */
export interface StreamError extends ErrorRecord {
  readonly ref: string;
  readonly attempt: number;
  readonly type: string;
  readonly stream_id: string;
  readonly collection_index: number;
}

/** Steps that run together, and how far they are. JSON only. By action index; what is not there has not been touched. */
export interface Frame {
  steps: Record<number, StepState>;
  /** By edge: has it been decided, and how. Keys are `from:to:on`. */
  edges: Record<string, 'visited' | 'skipped'>;
  /** How many incoming edges are decided, and how many of these visited. */
  decided: Record<number, number>;
  visited: Record<number, number>;
  /** Steps that have not ended. */
  remaining: number;
}

/** One item of a scatter on its way through the actions up to the gather. */
export interface StreamState extends Frame {
  /** The action that made it, and for which item. */
  scatter: number;
  item: number;
  /** The stream in which the scatter ran; absent: the run itself. */
  parent?: string;
  status: 'running' | 'completed' | 'failed' | 'cancelled';
  /** What made it fail. */
  error?: { ref: string; attempt: number; error: ErrorRecord };
  /** Commands of its own steps that are not answered yet. */
  pending: number[];
}

/** One attempt that is due. `round` counts the re-runs of `retry_until`; absent in the first. */
export interface Work {
  readonly action: number;
  readonly attempt: number;
  readonly item?: number;
  readonly round?: number;
  /** Absent: the run itself. */
  readonly stream?: string;
  /** How often loops have sent the run through the step before; absent the first time. */
  readonly pass?: number;
}

/** What `StartChild` says beyond where it stands. */
export type ChildCall = Omit<StartChild, 'type' | 'seq' | 'wait' | keyof Work>;

/** What a command number still waits for. */
export type Pending =
  | ({ readonly kind: 'action' } & Work)
  /** `runId` once it has started, `call` until then: what is asked for. */
  | ({ readonly kind: 'child'; readonly wait: boolean; runId?: string; call?: ChildCall } & Work)
  | {
      readonly kind: 'timer';
      /** Epoch milliseconds. */
      readonly fireAt: number;
      readonly purpose:
        | 'start-delay'
        | 'wait-until'
        | 'retry'
        | 'run-timeout'
        | 'next-stream'
        | 'next-iteration'
        | 'cancel-grace'
        | 'interaction';
      readonly action?: number;
      readonly attempt?: number;
      readonly item?: number;
      readonly round?: number;
      readonly stream?: string;
      readonly pass?: number;
    };

/**
 * The whole state of a run: JSON only, so that it can be a snapshot. `reduce` owns and changes it in place. Whoever changes what
 * stands in it raises `SNAPSHOT_FORMAT` in `core/executor/embedded/snapshot.ts`.
 */
export interface RunState extends Frame {
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
  /** Absent: the default one. */
  workspace?: string;
  /** Of a subflow: see `RunStarted`. */
  timeoutMs?: number;
  /** When the time limit ends, while it counts. */
  deadline?: number;
  timeAnchor?: number;
  callers?: readonly string[];
  /** Workspace variables as they were when the run started. */
  vars: unknown;
  /** By action index. Of what runs in streams, a summary once the run has ended. */
  steps: StepState[];
  decided: number[];
  visited: number[];
  /** By id, such as `hosts:3/ports:0`; of a scatter that ran again in a loop `hosts@1:3`. */
  streams: Record<string, StreamState>;
  streamCount: number;
  /** Attempts that are due, oldest first, waiting for a free place among the running ones; those before `readyFrom` have been sent. */
  ready: Work[];
  readyFrom: number;
  /** Attempts in flight. */
  running: number;
  pending: Record<number, Pending>;
  /** Of expressions that belong to no step, such as `returns`. */
  warnings: Warning[];
  /** The limit of the workflow counts runs with the same key; absent: there is none. */
  concurrencyKey?: string;
  /** Present until the run may begin. */
  queued?: true;
  /** Present while nothing new begins. `by`: the run whose pause this is. `timeLeftMs`: of the time limit. */
  paused?: { since: number; reason: string; by?: string; timeLeftMs?: number };
  /** Somebody has asked the run to stop; while it is running still, it waits for what is in flight. */
  cancel?: { since: number; reason: string; terminated?: true };
  result?: unknown;
  error?: ErrorRecord;
}
