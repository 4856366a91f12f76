import type { GraphAction } from '../../workflow/graph.ts';
import type { KeptStep, KeptSteps } from './event.ts';
import type { StepStatus } from './state.ts';
import type { Turn } from './turn.ts';

/** Puts the results of an earlier run in their places and decides the edges that lead on from them. */
export function keepSteps({ graph, state }: Turn, kept: KeptSteps): void {
  for (const [ref, step] of Object.entries(kept)) {
    const action = graph.byRef.get(ref)!;
    state.steps[action.index] = { ...step, kept: true };
    if (action.region !== 0) continue;
    state.remaining--;
    for (const { key, to, on } of edgesFrom(action)) {
      const how = on === takenAfter(step.status) ? 'visited' : 'skipped';
      state.edges[key] = how;
      state.decided[to]!++;
      if (how === 'visited') state.visited[to]!++;
    }
  }
}

/** The edges into the streams of a scatter belong to the streams, which are gone. */
function edgesFrom({ control, outgoing }: GraphAction) {
  return control?.kind === 'scatter' ? outgoing.filter(({ on }) => on === 'error') : outgoing;
}

function takenAfter(status: StepStatus): 'success' | 'error' | undefined {
  return status === 'completed' ? 'success' : status === 'failed' ? 'error' : undefined;
}

/** What a later run needs of a step. */
export function keptStep({ status, attempts, result, error, errors, startedAt, endedAt }: KeptStep): KeptStep {
  return {
    status,
    attempts,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(errors !== undefined && { errors }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}
