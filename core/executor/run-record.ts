import { newRecord } from '../language/values/is-record.ts';
import type { Graph } from '../workflow/graph.ts';
import type { RunRecord, RunStatus, StreamRecord } from './engine.ts';
import { maskedInteraction } from './masked-interaction.ts';
import type { RunEvent, RunOrigin } from './scheduler/event.ts';
import { newRunState } from './scheduler/initial-state.ts';
import { newStep } from './scheduler/place.ts';
import { reduce } from './scheduler/reduce.ts';
import type { RunState, StepState, StreamState } from './scheduler/state.ts';
import { stepSummaries } from './scheduler/step-summaries.ts';
import { MASK } from './secret-mask.ts';

/** What a run's state does not know about itself. */
export interface RunFacts {
  /** Id of the workspace that it runs in. */
  readonly workspace: string;
  readonly workflow: string;
  readonly version: number;
  readonly parentRunId?: string;
  readonly origin?: RunOrigin;
}

/** The state that these events lead to: what a replay after a crash starts from. */
export function foldEvents(graph: Graph, events: Iterable<RunEvent>): RunState {
  const state = newRunState();
  for (const event of events) reduce(graph, state, event);
  return state;
}

/** A started run as people see it. Results of `mask_output` steps are hidden. Nothing of it changes when the run goes on. */
export function runRecord(
  graph: Graph,
  state: RunState,
  { workflow, version, parentRunId, origin }: Omit<RunFacts, 'workspace'>,
): RunRecord {
  const { result, error, endedAt } = state;
  const summaries = state.status === 'running' ? stepSummaries(graph, state) : new Map<number, StepState>();
  const streams = Object.entries(state.streams);
  return {
    runId: state.runId,
    workflow,
    version,
    status: state.status === 'new' ? 'running' : (state.status satisfies RunStatus),
    triggerType: state.triggerType,
    startedAt: isoDate(state.startedAt),
    ...(endedAt !== undefined && { endedAt: isoDate(endedAt) }),
    trigger: state.trigger,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(parentRunId !== undefined && { parentRunId }),
    ...(origin !== undefined && { origin }),
    ...controlRecord(state),
    steps: byRef(graph, [...graph.actions.keys()], (index) => summaries.get(index) ?? state.steps[index]!),
    ...(streams.length > 0 && { streams: streamRecords(graph, streams) }),
    ...(state.warnings.length > 0 && { warnings: [...state.warnings] }),
  };
}

function streamRecords(
  graph: Graph,
  streams: readonly [string, StreamState][],
): Readonly<Record<string, StreamRecord>> {
  const records = newRecord<StreamRecord>();
  for (const [id, stream] of streams) records[id] = streamRecord(graph, stream);
  return records;
}

/** What people have asked of the run. */
function controlRecord({ queued, paused, cancel }: RunState): Pick<RunRecord, 'queued' | 'paused' | 'cancel'> {
  return {
    ...(queued === true && { queued }),
    ...(paused !== undefined && {
      paused: {
        since: isoDate(paused.since),
        reason: paused.reason,
        ...(paused.by !== undefined && { by: paused.by }),
      },
    }),
    ...(cancel !== undefined && { cancel: { ...cancel, since: isoDate(cancel.since) } }),
  };
}

function streamRecord(graph: Graph, { status, error, scatter, steps }: StreamState): StreamRecord {
  const { members } = graph.regions.find((region) => region.scatter === scatter)!;
  return {
    status,
    ...(error !== undefined && { error }),
    steps: byRef(graph, members, (index) => steps[index] ?? untouched(status)),
  };
}

/** What a stream that was given up never came to. */
function untouched(stream: StreamState['status']): StepState {
  return stream === 'running' ? newStep() : { ...newStep(), status: 'cancelled' };
}

function byRef(
  { actions }: Graph,
  indexes: readonly number[],
  stepOf: (index: number) => StepState,
): Readonly<Record<string, StepState>> {
  const record = newRecord<StepState>();
  for (const index of indexes) {
    const { ref, maskOutput } = actions[index]!;
    record[ref] = stepRecord(stepOf(index), maskOutput);
  }
  return record;
}

function stepRecord({ loop, ...step }: StepState, mask: boolean): StepState {
  const record: StepState = { ...step, ...(step.warnings !== undefined && { warnings: [...step.warnings] }) };
  if (mask) {
    if (step.result !== undefined) record.result = MASK;
    if (step.interaction !== undefined) record.interaction = maskedInteraction(step.interaction);
  } else if (loop !== undefined) {
    record.loop = { ...loop, results: [...loop.results], errors: [...loop.errors] };
  }
  return record;
}

function isoDate(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
