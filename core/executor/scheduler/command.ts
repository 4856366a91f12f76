import type { ErrorRecord } from '@backplane/sdk';
import type { InteractionState } from './interaction-state.ts';

/** What the scheduler wants done. `seq` counts up within a run; the answering event carries it back. */
export interface RunAction {
  readonly type: 'RunAction';
  readonly seq: number;
  /** Index into the graph's actions. */
  readonly action: number;
  /** Counts from 1. */
  readonly attempt: number;
  /** Position in the `for_each` list, when there is one; the values stand in the state. */
  readonly item?: number;
  /** Counts the re-runs of `retry_until`; absent in the first round. */
  readonly round?: number;
  /** The stream of a scatter in which the step stands, such as `hosts:3/ports:0`; absent: the run itself. */
  readonly stream?: string;
  /** How often loops have sent the run through the step before; absent the first time. */
  readonly pass?: number;
  readonly timeoutMs: number;
}
export interface StartTimer {
  readonly type: 'StartTimer';
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly fireAt: number;
}
/** Another workflow is to run. `ChildStarted` answers it, and when `wait` is set `ChildCompleted` or `ChildFailed` after that. */
export interface StartChild extends Omit<RunAction, 'type' | 'timeoutMs'> {
  readonly type: 'StartChild';
  /** When this was decided, epoch milliseconds: the same after a crash. */
  readonly at: number;
  /** Alias or id. */
  readonly workflow: string;
  readonly input: unknown;
  readonly environment?: string;
  readonly version?: number;
  /** The longest that the run may take; its own limit counts too. */
  readonly timeoutMs?: number;
  /** False: that it has started is all that is asked. */
  readonly wait: boolean;
}
export interface CancelAction {
  readonly type: 'CancelAction';
  /** The `RunAction`, `StartTimer` or `StartChild` to stop. */
  readonly seq: number;
}
/** What a step asks, or how that stands, has changed. `interaction` is a copy. */
export interface IndexInteraction {
  readonly type: 'IndexInteraction';
  readonly action: number;
  readonly ref: string;
  readonly stream?: string;
  readonly interaction: Readonly<InteractionState>;
}
export interface CompleteRun {
  readonly type: 'CompleteRun';
  readonly result: unknown;
}
export interface FailRun {
  readonly type: 'FailRun';
  readonly error: ErrorRecord;
  /** One entry a failed step, for error handlers. */
  readonly errors: readonly { readonly ref: string; readonly attempt: number; readonly error: ErrorRecord }[];
}
export interface CancelRun {
  readonly type: 'CancelRun';
  readonly reason: string;
}

export type Command =
  | RunAction
  | StartChild
  | StartTimer
  | CancelAction
  | IndexInteraction
  | CompleteRun
  | FailRun
  | CancelRun;
