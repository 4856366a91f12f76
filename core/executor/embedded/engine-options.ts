import type { Log } from '@backplane/sdk';
import type { ActionRunner } from '../action-runner.ts';
import type { PinnedDefinition, RunStatus } from '../engine.ts';
import type { InteractionRow } from '../journal/interaction-row.ts';
import type { Journal, Notice } from '../journal/journal.ts';
import type { EndedRunNews } from '../outbox/outbox-consumer.ts';
import type { VariableSource } from '../variable-source.ts';
import type { ActionLimits } from './action-limits.ts';
import type { Clock } from './clock.ts';
import type { EdgeCounters } from './edge-counters.ts';

export interface EngineLimits {
  /** Actions running at the same time, over all runs. */
  readonly maxConcurrentActions: number;
  /** Actions running at the same time by their name, in which `*` stands for anything; the most exact name counts. */
  readonly actionLimits?: ActionLimits;
  /** The same for all actions of a workspace. */
  readonly workspaceActions?: number;
  /** Unfinished runs; beyond it, new ones are refused. */
  readonly maxOpenRuns: number;
  /** Unfinished runs of a workspace. */
  readonly workspaceRuns?: number;
  /** How long actions may take to stop when their run is cancelled; milliseconds. */
  readonly cancelGraceMs: number;
  /** What unfinished runs in memory may hold, in characters of their events; beyond it, new ones are refused. */
  readonly maxLiveBytes: number;
  /** A run that has nothing to do for longer than this leaves the memory until then; milliseconds. */
  readonly hibernateAfterMs: number;
  /** How long running actions may finish when the engine stops; milliseconds. */
  readonly shutdownMs: number;
  /** How long a new run waits while this host has no share of the runs: longer than others take to give it one; milliseconds. */
  readonly shareWaitMs: number;
  /** Characters of one input, result or error as JSON. */
  readonly maxEventSize: number;
}

export interface AskedInteraction extends InteractionRow {
  readonly runId: string;
}

/** Error handlers and subflows. */
export interface CallableWorkflows {
  /** By id or alias, in a workspace (absent: the default one); without a version the newest. */
  resolve(alias: string, version?: number, workspace?: string): Promise<PinnedDefinition | undefined>;
}

export interface EmbeddedEngineOptions {
  /** The engine closes it when it is disposed. */
  readonly journal: Journal;
  readonly runner: ActionRunner;
  readonly workflows: CallableWorkflows;
  /** Workspace variables for what the scheduler evaluates itself; fixed when a run starts. */
  readonly variables?: VariableSource;
  readonly clock?: Clock;
  readonly limits?: Partial<EngineLimits>;
  readonly log: Log;
  /** Where people see a run, for error handlers. */
  readonly runUrl?: (runId: string) => string;
  /** What others are to be told of the end of a run; committed with it. */
  readonly noticesOf?: (run: EndedRunNews) => readonly Notice[];
  /** Told once for each run whose end has become durable, if its kind is kept at all. */
  readonly onRunEnded?: (status: Exclude<RunStatus, 'running'>, seconds: number, workflow: string) => void;
  /** All that is kept of runs without a journal, beside `onRunEnded`. */
  readonly edgeCounters?: EdgeCounters;
  /** Told of each run that was refused because its workflow has as many as it allows. */
  readonly onRunSkipped?: () => void;
  /** Told when a step has begun to ask people, and that is durable. */
  readonly onAsked?: (interaction: AskedInteraction) => void;
}
