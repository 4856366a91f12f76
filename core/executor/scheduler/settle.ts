import type { ErrorRecord } from '@backplane/sdk';
import type { Edge, GraphAction } from '../../workflow/graph.ts';
import { failRun } from './finish.ts';
import type { StepStatus } from './state.ts';
import { stepOf, type Turn } from './turn.ts';

/** The step has succeeded: what waits for its success goes on, what waits for its error will not. */
export function completeStep(turn: Turn, action: GraphAction): void {
  end(turn, action, 'completed');
  delete stepOf(turn, action).error;
  for (const edge of action.outgoing) mark(turn, edge, edge.on === 'success' ? 'visited' : 'skipped');
}

/** The step will not run, and neither will whatever depends on nothing else. */
export function skipStep(turn: Turn, action: GraphAction): void {
  end(turn, action, 'skipped');
  for (const edge of action.outgoing) mark(turn, edge, 'skipped');
}

/** The step has failed for good. With an error edge the run goes on there; without one it fails. */
export function failStep(turn: Turn, action: GraphAction, error: ErrorRecord): void {
  end(turn, action, 'failed');
  const step = stepOf(turn, action);
  step.error = error;
  delete step.result;
  if (!action.outgoing.some((edge) => edge.on === 'error')) {
    failRun(turn, error, action);
    return;
  }
  for (const edge of action.outgoing) mark(turn, edge, edge.on === 'error' ? 'visited' : 'skipped');
}

function end(turn: Turn, action: GraphAction, status: StepStatus): void {
  const step = stepOf(turn, action);
  step.status = status;
  step.endedAt = turn.state.now;
  delete step.loop;
  turn.state.remaining--;
}

function mark(turn: Turn, edge: Edge, how: 'visited' | 'skipped'): void {
  const { state } = turn;
  state.edges[edge.key] = how;
  if (how === 'visited') state.visited[edge.to]!++;
  const decided = ++state.decided[edge.to]!;
  if (decided === turn.graph.actions[edge.to]!.incoming.length) turn.open.push(edge.to);
}
