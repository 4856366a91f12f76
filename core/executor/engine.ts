import type { ErrorRecord } from '@backplane/sdk';
import type { Warning } from '../language/template/scope.ts';
import type { InteractionFilter, InteractionPage, InteractionRecord } from './interaction-record.ts';
import type { RunListQuery } from './run-filter.ts';
import type { KeptSteps, RunEvent, RunOrigin } from './scheduler/event.ts';
import type { InteractionAnswer } from './scheduler/interaction-state.ts';
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
  readonly triggerType: 'manual' | 'api' | 'webhook' | 'error-handler' | 'workflow' | 'subflow' | 'schedule' | 'plugin';
  /** Same key and workflow → the same run, for 24 hours or as long as `idempotencyKeyLifeMs` says. */
  readonly idempotencyKey?: string;
  readonly idempotencyKeyLifeMs?: number;
  readonly environment?: string;
  /** Id of the workspace that it runs in; absent: the default one. */
  readonly workspace?: string;
  readonly correlationId?: string;
  /** The run that asked for this one. */
  readonly parent?: ParentRun;
  /** Workflows that led to this run, outermost first. */
  readonly callers?: readonly string[];
  /** Epoch milliseconds; the run's start if absent. */
  readonly timeAnchor?: number;
  /** Counts beside the limit of the workflow itself; milliseconds. */
  readonly timeoutMs?: number;
  /** The run that this one repeats, and the results of it that stand, by ref. */
  readonly origin?: RunOrigin;
  readonly kept?: KeptSteps;
}

export interface ParentRun {
  readonly runId: string;
  /** The parent's command that waits for the end of this run; absent when nobody waits. */
  readonly seq?: number;
}

export interface RerunRequest {
  /**
   * What runs again. `failed`: whatever has not succeeded. A step: this one and all that depends on it, and whatever has no result
   * yet. Absent: everything. What does not run again keeps its result.
   */
  readonly from?: 'failed' | { readonly ref: string };
  /** Instead of the input of the old run; checked against what the workflow expects. */
  readonly input?: unknown;
  /** The definition of the old run, or the newest one of its workflow. Default `same`. */
  readonly version?: 'same' | 'latest';
  readonly reason?: string;
  /** As for `start`. */
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
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
  /** The run that this one repeats. */
  readonly origin?: RunOrigin;
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
  /** Present while it waits for its turn: the workflow limits how many of its runs may be under way. */
  readonly queued?: true;
  /** Present while it begins nothing new. `by`: the run whose pause this is. */
  readonly paused?: { readonly since: string; readonly reason: string; readonly by?: string };
  /** Somebody has asked it to stop. While its status is `running`, it waits for what is in flight. */
  readonly cancel?: { readonly since: string; readonly reason: string; readonly terminated?: true };
  /** The runs that repeat this one, oldest first; only `get` gives them. */
  readonly reruns?: readonly string[];
}

/** One item of a scatter on its way to the gather. */
export interface StreamRecord {
  readonly status: RunStatus;
  /** What made it fail, and in which step. */
  readonly error?: { readonly ref: string; readonly attempt: number; readonly error: ErrorRecord };
  /** By ref. */
  readonly steps: Readonly<Record<string, StepState>>;
}

/** What came of a run, for those who need no more of its record. */
export type RunOutcome = Pick<RunRecord, 'runId' | 'status' | 'result' | 'error'>;

/** A host that works on the same runs. */
export interface HostInfo {
  /** New whenever the host begins anew. */
  readonly id: string;
  /** Where it runs, for people. */
  readonly name: string;
  /** Where its API is, if it says so. */
  readonly url?: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** When it last said that it lives. */
  readonly seenAt: string;
  /** How many of the 64 parts of all runs it has. */
  readonly shards: number;
  /** Unfinished runs in them, about a second ago. */
  readonly liveRuns: number;
  /** True for the host that answers. */
  readonly self: boolean;
}

/** Runs definitions to completion, whatever happens to the process meanwhile. One implementation is active per host. */
export interface Engine extends AsyncDisposable {
  /** Durable when the promise resolves: from then on the run survives a crash. Refuses with RUN_BACKPRESSURE when full. */
  start(request: RunRequest): Promise<RunHandle>;
  /** Resolves once the run has ended and its end is durable. Rejects with RUN_NOT_FOUND. Leaving early is `signal`'s job. */
  result(runId: string, signal?: AbortSignal): Promise<RunRecord>;
  /** The same, without the steps; cheaper. */
  outcome(runId: string, signal?: AbortSignal): Promise<RunOutcome>;
  /**
   * Politely: nothing new begins, what is in flight is aborted, and the run ends once that has answered, at the latest after
   * `cancelGraceMs`; runs that it waits for are cancelled the same way. Resolves when the wish is durable: `result` waits for the
   * end. Changes nothing when the run is being cancelled or has ended. Rejects with RUN_NOT_FOUND, as all that follow.
   */
  cancel(runId: string, reason: string): Promise<void>;
  /**
   * Ends the run at once as `cancelled`, and every run that it has started and that is still under way, also those that it does
   * not wait for. No error handler starts. Resolves when all of that is durable.
   */
  terminate(runId: string, reason: string): Promise<void>;
  /**
   * Begins nothing new until `resume`: what is in flight ends as usual, timers make steps ready. The time limit of the run stands
   * still meanwhile. Runs that it waits for are paused with it. Resolves when that is durable; pausing twice changes nothing.
   */
  pause(runId: string, reason: string): Promise<void>;
  /** Lets a paused run go on, and those runs that were paused because of it. */
  resume(runId: string): Promise<void>;
  /**
   * Starts a new run that repeats an earlier one, whole or in part. Durable when it resolves. Refuses as `start` does, and with
   * RUN_RERUN_UNFINISHED, _NOTHING_FAILED, _STEP_UNKNOWN, _STEP_INSIDE, _INCOMPATIBLE, _GONE or INPUT_INVALID.
   */
  rerun(runId: string, request?: RerunRequest): Promise<RunHandle>;
  /** Deletes a run that has ended, for good. Rejects with RUN_NOT_FOUND, RUN_STILL_RUNNING or RUN_STILL_NEEDED. */
  remove(runId: string): Promise<void>;
  /** Deletes those of the runs that have ended and that nobody needs. Gives their ids, and the blobs that they referred to. */
  removeEnded(
    runIds: readonly string[],
  ): Promise<{ readonly runIds: readonly string[]; readonly blobs: readonly string[] }>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** Id of the workspace that a run belongs to; costs a query only for a run that is not at hand. */
  workspaceOf(runId: string): Promise<string | undefined>;
  list(query: RunListQuery): Promise<{ readonly items: readonly RunSummary[]; readonly nextCursor?: string }>;
  /** What a step asks people, or has asked. */
  interaction(id: string): Promise<InteractionRecord | undefined>;
  /** Newest first. */
  interactions(filter: InteractionFilter): Promise<InteractionPage>;
  /**
   * Hands an answer to the step that asks. Durable when it resolves. Throws INTERACTION_NOT_FOUND, _NOT_OPEN, _CLOSED, _ANSWERED,
   * _ANSWER_INVALID or _APPROVER_FORBIDDEN, and then nothing has changed.
   */
  answer(id: string, answer: InteractionAnswer): Promise<InteractionRecord>;
  /** Stored events after sequence `after` (0 = all), then live ones until the run ends or `signal` aborts. */
  events(
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly seq: number; readonly event: RunEvent }>;
  /** True on at most one host at a time, and on one of those that live but for moments: for what must not happen on each of them. */
  leads(key: string): boolean;
  /** All hosts that share the runs, longest there first. */
  hosts(): Promise<readonly HostInfo[]>;
}
