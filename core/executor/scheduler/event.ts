import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../../language/template/scope.ts';
import type { InteractionAnswer } from './interaction-state.ts';
import type { StepState } from './state.ts';

interface EventBase {
  /** When it happened, epoch milliseconds. The scheduler knows no other clock. */
  readonly at: number;
}

/** An answer to a command names the command's sequence number; a second answer to the same number is ignored. */
interface Answer extends EventBase {
  readonly seq: number;
}

/** How an attempt was made. Only records show it, read from the journal: the state keeps nothing of it. */
export interface AttemptFacts {
  /** When it began, epoch milliseconds. Absent in journals of old, as everything here. */
  readonly startedAt?: number;
  /** The evaluated arguments, secrets hidden. Absent also when the step masks them. */
  readonly input?: unknown;
  /** Stands for arguments that are too large to keep: bytes of their JSON. */
  readonly inputBytes?: number;
  /** `plugin@version`, or the file of a template. */
  readonly by?: string;
  /** Of a template: the actions that it called, each once, as `name (plugin@version)`. */
  readonly leaves?: readonly string[];
  /** How far the action is trusted; absent: `trusted`. */
  readonly tier?: string;
  /** The result is for expressions alone: `mask_output`. */
  readonly masked?: true;
}

export interface RunStarted extends EventBase {
  readonly type: 'RunStarted';
  readonly runId: string;
  readonly trigger: unknown;
  readonly triggerType: string;
  /** The `ENV.workflow` facts that are fixed for the run's life. */
  readonly env: Readonly<Record<string, unknown>>;
  /** The workspace that it runs in; absent: the default one. */
  readonly workspace?: string;
  /** Environment that the caller asked for; without it the definition's `config.environment` decides. */
  readonly environment?: string;
  /** Workspace variables of that environment, fixed for the run's life, for expressions that the scheduler evaluates. */
  readonly vars?: unknown;
  /** Of a subflow: the longest it may take, milliseconds, and what its caller calls `ENV.workflow.time_anchor`. */
  readonly timeoutMs?: number;
  readonly timeAnchor?: number;
  /** Of a subflow: the workflows that led to it, outermost first. */
  readonly callers?: readonly string[];
  /** The run that this one repeats. */
  readonly origin?: RunOrigin;
  /** What stands from that run and does not run again. */
  readonly kept?: KeptSteps;
  /** Of a workflow that limits its runs: which of them count together. */
  readonly concurrencyKey?: string;
  /** Begins nothing before `RunAdmitted`. */
  readonly queued?: true;
}

/** Which run another one repeats, and how: what had failed, from a step on, or all of it. */
export interface RunOrigin {
  readonly runId: string;
  readonly kind: 'retry' | 'rerun' | 'replay';
  /** The step from which on it runs again; only with `rerun`. */
  readonly from?: string;
  readonly reason?: string;
}

/** How a step ended in an earlier run. */
export type KeptStep = Pick<StepState, 'status' | 'attempts' | 'result' | 'error' | 'errors' | 'startedAt' | 'endedAt'>;
/** By ref. */
export type KeptSteps = Readonly<Record<string, KeptStep>>;

/** A queued run's turn has come. */
export interface RunAdmitted extends EventBase {
  readonly type: 'RunAdmitted';
}
export interface ActionCompleted extends Answer, AttemptFacts {
  readonly type: 'ActionCompleted';
  readonly result: unknown;
  readonly warnings?: readonly Warning[];
}
export interface ActionFailed extends Answer, AttemptFacts {
  readonly type: 'ActionFailed';
  readonly error: ErrorRecord;
  readonly warnings?: readonly Warning[];
}
export interface ActionTimedOut extends Answer, AttemptFacts {
  readonly type: 'ActionTimedOut';
  readonly error: ErrorRecord;
}
export interface ActionCancelled extends Answer, AttemptFacts {
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
  readonly masked?: true;
}
/** It failed, was cancelled, or could not start. */
export interface ChildFailed extends Answer {
  readonly type: 'ChildFailed';
  readonly error: ErrorRecord;
}
/** Begin nothing new and end once what is in flight has answered. */
export interface CancelRequested extends EventBase {
  readonly type: 'CancelRequested';
  readonly reason: string;
  /** How long actions in flight may take to answer; absent: not at all. */
  readonly graceMs?: number;
}
/** End at once. */
export interface TerminateRequested extends EventBase {
  readonly type: 'TerminateRequested';
  readonly reason: string;
}
/** Begin nothing new until `ResumeRequested`. */
export interface PauseRequested extends EventBase {
  readonly type: 'PauseRequested';
  readonly reason: string;
  /** The run that was paused and waits for this one. */
  readonly by?: string;
}
export interface ResumeRequested extends EventBase {
  readonly type: 'ResumeRequested';
  /** Only if the pause came from this run. */
  readonly by?: string;
}

/** Somebody answers a step that asks. */
export interface SignalReceived extends EventBase {
  readonly type: 'SignalReceived';
  readonly interaction: string;
  readonly answer: InteractionAnswer;
}

/** What people and other systems ask of a run, unlike answers to its commands. */
export type Request = CancelRequested | TerminateRequested | PauseRequested | ResumeRequested | SignalReceived;

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
  | RunAdmitted
  | Request;
