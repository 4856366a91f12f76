import type { Log } from '@backplane/sdk';
import type { ActionRunner } from '../action-runner.ts';
import type { PinnedDefinition, RunStatus } from '../engine.ts';
import type { Journal } from '../journal/journal.ts';
import type { VariableSource } from '../variable-source.ts';
import type { Clock } from './clock.ts';

export interface EngineLimits {
  /** Actions running at the same time, over all runs. */
  readonly maxConcurrentActions: number;
  /** Unfinished runs; beyond it, new ones are refused. */
  readonly maxOpenRuns: number;
  /** How long running actions may finish when the engine stops; milliseconds. */
  readonly shutdownMs: number;
  /** Characters of one input, result or error as JSON. */
  readonly maxEventSize: number;
}

export interface EmbeddedEngineOptions {
  /** The engine closes it when it is disposed. */
  readonly journal: Journal;
  readonly runner: ActionRunner;
  /** Finds error handlers and subflows, by id or alias; without a version the newest. */
  readonly workflows: { resolve(alias: string, version?: number): Promise<PinnedDefinition | undefined> };
  /** Workspace variables for what the scheduler evaluates itself; fixed when a run starts. */
  readonly variables?: VariableSource;
  readonly clock?: Clock;
  readonly limits?: Partial<EngineLimits>;
  readonly log: Log;
  /** Where people see a run, for error handlers. */
  readonly runUrl?: (runId: string) => string;
  /** Told once for each run whose end has become durable. */
  readonly onRunEnded?: (status: Exclude<RunStatus, 'running'>, seconds: number) => void;
}
