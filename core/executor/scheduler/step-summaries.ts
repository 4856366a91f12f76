import type { Graph } from '../../workflow/graph.ts';
import type { RunState, StepState, StepStatus } from './state.ts';

/** When the streams of one step stand differently, the first of these that occurs stands for all. */
const ORDER: readonly StepStatus[] = ['running', 'failed', 'cancelled', 'completed', 'waiting', 'skipped'];

/** For every step that runs in streams, by action index: where it stands, all of its streams together. Results stay with the streams. */
export function stepSummaries(graph: Graph, state: RunState): ReadonlyMap<number, StepState> {
  const inner = graph.actions.filter(({ region }) => region !== 0);
  const never = state.status === 'running' ? 'waiting' : state.status === 'completed' ? 'skipped' : 'cancelled';
  const summaries = new Map<number, StepState>(
    inner.map(({ index }) => {
      const step = state.steps[index];
      return [index, step?.kept === true ? step : { status: never, attempts: 0 }];
    }),
  );
  const seen = new Set<number>();
  if (summaries.size === 0) return summaries;
  for (const { steps } of Object.values(state.streams)) {
    for (const [key, step] of Object.entries(steps)) {
      const index = Number(key);
      const summary = summaries.get(index);
      if (summary === undefined) continue;
      if (seen.has(index)) add(summary, step);
      else summaries.set(index, summaryOf(step));
      seen.add(index);
    }
  }
  return summaries;
}

function summaryOf(step: StepState): StepState {
  const { attempts, startedAt, endedAt } = step;
  return {
    status: statusOf(step),
    attempts,
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}

/** That one of them waits for people counts more than what others have come to. */
function statusOf({ status, interaction }: StepState): StepStatus {
  return interaction?.status === 'open' ? 'running' : status;
}

function add(summary: StepState, step: StepState): void {
  const { attempts, startedAt, endedAt } = step;
  const status = statusOf(step);
  if (ORDER.indexOf(status) < ORDER.indexOf(summary.status)) summary.status = status;
  summary.attempts = Math.max(summary.attempts, attempts);
  if (startedAt !== undefined) summary.startedAt = Math.min(summary.startedAt ?? startedAt, startedAt);
  if (endedAt !== undefined) summary.endedAt = Math.max(summary.endedAt ?? endedAt, endedAt);
}
