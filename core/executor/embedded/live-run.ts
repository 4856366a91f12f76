import type { ErrorRecord } from '@backplane/sdk';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import type { Graph } from '../../workflow/graph.ts';
import type { ParentRun, PinnedDefinition, RunRecord } from '../engine.ts';
import type { PoliteStop } from '../polite-stop.ts';
import { type RunFacts, runRecord } from '../run-record.ts';
import type { RunOrigin } from '../scheduler/event.ts';
import { newRunState } from '../scheduler/initial-state.ts';
import type { RunState } from '../scheduler/state.ts';

/** Two ways to stop an attempt: by asking it, after which its answer still counts, and by not waiting for it any more. */
export interface AttemptSignals {
  readonly stop: PoliteStop;
  readonly abandon: AbortController;
}

/** A run that has not ended, or whose end is not durable yet. */
export interface LiveRun {
  readonly runId: string;
  readonly facts: RunFacts;
  /** The run that asked for this one. */
  readonly parent: ParentRun | undefined;
  readonly graph: Graph;
  readonly state: RunState;
  /** Events appended so far, and how many of them are durable. */
  appended: number;
  durable: number;
  /** Characters of these events: about what the state holds. */
  size: number;
  /** Of the newest snapshot: its size, the size of the run then, and whether it is still on its way to the journal. */
  snapshot?: { readonly size: number; readonly at: number; pending: boolean };
  /** As the journal has it: when the run was to wake, if it was asleep and nothing has happened since. */
  wakeAt?: number;
  /** Settles with the newest append. */
  tail: Promise<void>;
  /** By command number. */
  readonly inFlight: Map<number, AttemptSignals>;
  readonly timers: Map<number, Disposable>;
  /** Runs that this one waits for. */
  readonly children: Map<number, string>;
  /** Called whenever more is durable, and when the run leaves the engine. */
  readonly watchers: Set<() => void>;
  /** Set when the host had to end the run without an event, with the time. */
  fault?: { readonly error: ErrorRecord; readonly at: number };
  /** True once nothing may be appended any more. */
  over: boolean;
  /** True once the run's end is durable, or it has left the engine without one. */
  gone: boolean;
  /** Why the run left the engine before its end, unless it sleeps. */
  left?: Error;
}

interface Relations {
  readonly workspace?: string;
  readonly parent?: ParentRun;
  readonly origin?: RunOrigin;
}

export function newLiveRun(
  runId: string,
  {
    workspace = DEFAULT_WORKSPACE,
    workflow,
    version,
    parent,
    origin,
  }: Omit<PinnedDefinition, 'definition'> & Relations,
  graph: Graph,
): LiveRun {
  return {
    runId,
    facts: {
      workspace,
      workflow,
      version,
      ...(parent !== undefined && { parentRunId: parent.runId }),
      ...(origin !== undefined && { origin }),
    },
    parent,
    graph,
    state: newRunState(),
    appended: 0,
    durable: 0,
    size: 0,
    tail: Promise.resolve(),
    inFlight: new Map(),
    timers: new Map(),
    children: new Map(),
    watchers: new Set(),
    over: false,
    gone: false,
  };
}

export function recordOf({ graph, state, facts, fault }: LiveRun): RunRecord {
  const record = runRecord(graph, state, facts);
  if (fault === undefined) return record;
  return { ...record, status: 'failed', error: fault.error, endedAt: new Date(fault.at).toISOString() };
}

/** True while the command waits for its answer. */
export function isPending(run: LiveRun, seq: number): boolean {
  return Object.hasOwn(run.state.pending, seq);
}

export function wake(run: LiveRun): void {
  for (const watcher of run.watchers) watcher();
}
