import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';

interface EventBase {
  /** When it happened, epoch milliseconds. The scheduler knows no other clock. */
  readonly at: number;
}

/** An answer to a command names the command's sequence number; a second answer to the same number is ignored. */
interface Answer extends EventBase {
  readonly seq: number;
}

export interface RunStarted extends EventBase {
  readonly type: 'RunStarted';
  readonly runId: string;
  readonly trigger: unknown;
  readonly triggerType: string;
  /** The `ENV.workflow` facts that are fixed for the run's life. */
  readonly env: Readonly<Record<string, unknown>>;
  /** Environment that the caller asked for; without it the definition's `config.environment` decides. */
  readonly environment?: string;
  /** Workspace variables of that environment, fixed for the run's life, for expressions that the scheduler evaluates. */
  readonly vars?: unknown;
  /** Of a subflow: the longest it may take, milliseconds, and what its caller calls `ENV.workflow.time_anchor`. */
  readonly timeoutMs?: number;
  readonly timeAnchor?: number;
  /** Of a subflow: the workflows that led to it, outermost first. */
  readonly callers?: readonly string[];
}
export interface ActionCompleted extends Answer {
  readonly type: 'ActionCompleted';
  readonly result: unknown;
  readonly warnings?: readonly Warning[];
}
export interface ActionFailed extends Answer {
  readonly type: 'ActionFailed';
  readonly error: ErrorRecord;
  readonly warnings?: readonly Warning[];
}
export interface ActionTimedOut extends Answer {
  readonly type: 'ActionTimedOut';
  readonly error: ErrorRecord;
}
export interface ActionCancelled extends Answer {
  readonly type: 'ActionCancelled';
}
export interface TimerFired extends Answer {
  readonly type: 'TimerFired';
}
/** The run that a `StartChild` asked for exists. */
export interface ChildStarted extends Answer {
  readonly type: 'ChildStarted';
  readonly runId: string;
}
export interface ChildCompleted extends Answer {
  readonly type: 'ChildCompleted';
  readonly result: unknown;
}
/** It failed, was cancelled, or could not start. */
export interface ChildFailed extends Answer {
  readonly type: 'ChildFailed';
  readonly error: ErrorRecord;
}
export interface CancelRequested extends EventBase {
  readonly type: 'CancelRequested';
  readonly reason: string;
}

/** Everything that can happen to a run. JSON only: this is what the journal stores, one row an event. */
export type RunEvent =
  | RunStarted
  | ActionCompleted
  | ActionFailed
  | ActionTimedOut
  | ActionCancelled
  | TimerFired
  | ChildStarted
  | ChildCompleted
  | ChildFailed
  | CancelRequested;
