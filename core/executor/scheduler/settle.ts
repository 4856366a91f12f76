import type { ErrorRecord } from '@backplane/sdk';
import type { Edge } from '../../workflow/graph.ts';
import { failRun } from './finish.ts';
import type { Place } from './place.ts';
import type { StepStatus } from './state.ts';
import { failStream } from './stop-stream.ts';
import { isCollector, placeOf, stepOf, type Turn } from './turn.ts';

/** The step has succeeded: what waits for its success goes on, what waits for its error will not. */
export function completeStep(turn: Turn, place: Place): void {
  end(turn, place, 'completed');
  delete stepOf(place).error;
  for (const edge of edgesHere(turn, place)) mark(turn, place, edge, edge.on === 'success' ? 'visited' : 'skipped');
  closeIfDone(turn, place);
}

/** The step will not run, and neither will whatever depends on nothing else. */
export function skipStep(turn: Turn, place: Place): void {
  end(turn, place, 'skipped');
  for (const edge of edgesHere(turn, place)) mark(turn, place, edge, 'skipped');
  closeOrSkipGather(turn, place);
}

/** The step has failed for good. With an error edge the run goes on there; without one it fails, or the stream does. */
export function failStep(turn: Turn, place: Place, error: ErrorRecord): void {
  end(turn, place, 'failed');
  const step = stepOf(place);
  step.error = error;
  delete step.result;
  delete step.errors;
  const edges = edgesHere(turn, place);
  if (!edges.some((edge) => edge.on === 'error')) {
    giveUp(turn, place, error);
    return;
  }
  for (const edge of edges) mark(turn, place, edge, edge.on === 'error' ? 'visited' : 'skipped');
  closeOrSkipGather(turn, place);
}

/** Ends the stream, or the whole run, whatever error edges there are. */
export function giveUp(turn: Turn, place: Place, error: ErrorRecord): void {
  if (place.stream === undefined) failRun(turn, error, place.action);
  else failStream(turn, place, error);
}

/** Notes how an edge has gone; the step behind it is looked at once all of its edges are decided. */
export function mark(turn: Turn, { frame, stream }: Place, edge: Edge, how: 'visited' | 'skipped'): void {
  // The start of a loop ends with every iteration; what leads out of the loop from there has been decided by the first.
  if (frame.edges[edge.key] !== undefined) return;
  frame.edges[edge.key] = how;
  if (how === 'visited') frame.visited[edge.to] = (frame.visited[edge.to] ?? 0) + 1;
  const decided = (frame.decided[edge.to] ?? 0) + 1;
  frame.decided[edge.to] = decided;
  const target = placeOf(turn, edge.to, stream);
  if (decided === target.action.incoming.length) turn.tasks.push({ kind: 'decide', place: target });
}

/** The edges that lead on from here: those into the streams of a scatter, and those out of a gather, belong elsewhere. */
function edgesHere(turn: Turn, place: Place): readonly Edge[] {
  const { outgoing, control } = place.action;
  if (control?.kind === 'scatter') return outgoing.filter(({ on }) => on === 'error');
  return isCollector(turn, place) ? [] : outgoing;
}

/** A scatter that does not run has nothing to gather. */
function closeOrSkipGather(turn: Turn, place: Place): void {
  const { control } = place.action;
  if (control?.kind !== 'scatter' || control.gather === undefined) closeIfDone(turn, place);
  else skipStep(turn, placeOf(turn, control.gather, place.stream));
}

function end(turn: Turn, place: Place, status: StepStatus): void {
  const step = stepOf(place);
  step.status = status;
  step.endedAt = turn.state.now;
  delete step.loop;
  place.frame.remaining--;
}

function closeIfDone(turn: Turn, { frame, stream }: Place): void {
  if (stream !== undefined && frame.remaining === 0) turn.tasks.push({ kind: 'stream-ended', stream });
}
