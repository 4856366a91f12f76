import type { Graph } from '../workflow/graph.ts';
import type { RunRecord, RunStatus } from './engine.ts';
import type { RunEvent } from './scheduler/event.ts';
import { newRunState } from './scheduler/initial-state.ts';
import { reduce } from './scheduler/reduce.ts';
import type { RunState, StepState } from './scheduler/state.ts';
import { MASK } from './secret-mask.ts';

/** What a run's state does not know about itself. */
export interface RunFacts {
  readonly workflow: string;
  readonly version: number;
}

/** The state that these events lead to: what a replay after a crash starts from. */
export function foldEvents(graph: Graph, events: Iterable<RunEvent>): RunState {
  const state = newRunState();
  for (const event of events) reduce(graph, state, event);
  return state;
}

/** A started run as people see it. Results of `mask_output` steps are hidden. Nothing of it changes when the run goes on. */
export function runRecord(graph: Graph, state: RunState, { workflow, version }: RunFacts): RunRecord {
  const { result, error, endedAt } = state;
  const steps = graph.actions.map(({ ref, index, maskOutput }) => [ref, stepRecord(state.steps[index]!, maskOutput)]);
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
    steps: Object.assign(Object.create(null), Object.fromEntries(steps)),
    ...(state.warnings.length > 0 && { warnings: [...state.warnings] }),
  };
}

function stepRecord({ loop, ...step }: StepState, mask: boolean): StepState {
  const record: StepState = { ...step, ...(step.warnings !== undefined && { warnings: [...step.warnings] }) };
  if (mask) {
    if (step.result !== undefined) record.result = MASK;
  } else if (loop !== undefined) {
    record.loop = { ...loop, results: [...loop.results], errors: [...loop.errors] };
  }
  return record;
}

function isoDate(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
