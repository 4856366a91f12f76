import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { GraphAction } from '../../workflow/graph.ts';
import type { FailRun } from './command.ts';
import { evaluateData } from './evaluate.ts';
import type { RunState, StreamState } from './state.ts';
import { stepSummaries } from './step-summaries.ts';
import { cancelStep } from './stop-stream.ts';
import { isRunning, type Turn } from './turn.ts';

/** Ends the run when no step is left. */
export function completeIfDone(turn: Turn): void {
  const { graph, state } = turn;
  if (!isRunning(turn) || state.remaining > 0 || state.queued === true) return;
  const outcome = graph.returns === undefined ? { value: null } : evaluateData(turn, graph.returns, 'returns');
  if ('error' in outcome) {
    failRun(turn, outcome.error);
    return;
  }
  end(turn, 'completed');
  state.result = outcome.value;
  turn.commands.push({ type: 'CompleteRun', result: outcome.value });
}

/** Stops everything that still runs. `action` is the step at fault, when it is one. */
export function failRun(turn: Turn, error: ErrorRecord, action?: GraphAction): void {
  const named = action === undefined ? error : { ...error, details: { ...error.details, step: action.ref } };
  end(turn, 'failed');
  turn.state.error = named;
  turn.commands.push({
    type: 'FailRun',
    error: named,
    errors: action === undefined ? [] : failure(turn.state, action, error),
  });
}

export function failTimedOut(turn: Turn): void {
  failRun(turn, raise.WORKFLOW_RUN_TIMEOUT({ limitMs: turn.state.timeoutMs! }).toJSON());
}

export function cancelRun(turn: Turn, reason: string): void {
  end(turn, 'cancelled');
  turn.commands.push({ type: 'CancelRun', reason });
}

function failure(state: RunState, action: GraphAction, error: ErrorRecord): FailRun['errors'] {
  return [{ ref: action.ref, attempt: state.steps[action.index]!.attempts, error }];
}

/** Nothing that arrives after this changes the run any more: the answers to cancelled commands are stale. */
function end(turn: Turn, status: 'completed' | 'failed' | 'cancelled'): void {
  const { state } = turn;
  for (const seq of Object.keys(state.pending)) turn.commands.push({ type: 'CancelAction', seq: Number(seq) });
  state.pending = {};
  state.ready = [];
  state.readyFrom = 0;
  state.running = 0;
  delete state.queued;
  delete state.paused;
  delete state.deadline;
  state.status = status;
  state.endedAt = state.now;
  for (const [id, stream] of Object.entries(state.streams)) stopped(turn, id, stream);
  for (const [index, summary] of stepSummaries(turn.graph, state)) state.steps[index] = summary;
  for (const [index, step] of state.steps.entries()) cancelStep(turn, { step, index });
}

function stopped(turn: Turn, id: string, stream: StreamState): void {
  if (stream.status !== 'running') return;
  stream.status = 'cancelled';
  stream.pending = [];
  for (const [index, step] of Object.entries(stream.steps))
    cancelStep(turn, { step, index: Number(index), stream: id });
}
