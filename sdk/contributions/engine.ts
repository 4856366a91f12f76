import type { ErrorRecord } from '../errors/backplane-error.ts';
import type { Log } from '../log.ts';
import type { AnySchema, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Described, Opened } from './context.ts';

/** A run to be brought to its end. All of it is JSON. */
export interface EngineRun {
  readonly runId: string;
  readonly workflow: string;
  readonly version: number;
  /** The parsed definition; the scheduler compiles it. */
  readonly definition: unknown;
  /** The first event of the run. */
  readonly started: EngineEvent;
}

/** An event or command of the scheduler: JSON with a `type`. What they mean is the scheduler's matter, not the engine's. */
export interface EngineEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface EngineCommand {
  readonly type: string;
  readonly [member: string]: unknown;
}

/**
 * The pure scheduler: from the state and an event to the next state and what is to be done. No clock, no randomness, no I/O: the same
 * events give the same commands on every engine, which is how runs survive.
 */
export interface EngineScheduler {
  compile(definition: unknown): unknown;
  /** JSON that grows with the run; hand it to `reduce`, which changes it. */
  newState(): unknown;
  reduce(graph: unknown, state: unknown, event: EngineEvent): readonly EngineCommand[];
  /**
   * File URL of one self-contained module that exports these three functions, for engines that run workflow code in a sandbox of their
   * own and have to bundle it.
   */
  readonly module: string;
}

/** What the host does for an engine. */
export interface EngineHost {
  readonly scheduler: EngineScheduler;
  /** Carries out a command; gives the events that it leads to. At least once: the same command may come again after a crash. */
  perform(runId: string, command: EngineCommand, signal: AbortSignal): Promise<readonly EngineEvent[]>;
  /** Writes the run's history where people read it. `sequence` counts from 1; the same one again changes nothing. */
  record(runId: string, sequence: number, event: EngineEvent): Promise<void>;
}

export interface EngineDriver extends Opened {
  /** Durable when it resolves. The same `runId` again changes nothing. */
  start(run: EngineRun): Promise<void>;
  /** An event from outside: a cancellation, an answer of a person. Resolves once durable; rejects when the run is over. */
  signal(runId: string, event: EngineEvent): Promise<void>;
  /** What the engine itself knows; undefined for a run it never had. */
  status(
    runId: string,
  ): Promise<
    { readonly state: 'running' | 'completed' | 'failed' | 'cancelled'; readonly error?: ErrorRecord } | undefined
  >;
}

export interface EngineSpec<C extends AnySchema> extends Described {
  /** Kebab case, unique among the engines of a host. */
  readonly name: string;
  readonly config: C;
  /** Opened before any workflow can start; rejects when it cannot serve, and then the host does not start. */
  open(context: {
    readonly config: OutputOf<C>;
    readonly host: EngineHost;
    readonly log: Log;
    readonly signal: AbortSignal;
  }): Promise<EngineDriver>;
}

export type Engine = EngineSpec<any> & Tagged<'engine'>;

/** Declares what keeps runs alive instead of the host's own journal: Temporal … */
export function defineEngine<C extends AnySchema>(spec: EngineSpec<C>): EngineSpec<C> & Tagged<'engine'> {
  return tag('engine', spec);
}
