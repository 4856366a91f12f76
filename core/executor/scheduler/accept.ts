import { isTruthy } from '../../language/values/truthiness.ts';
import type { Backoff, GraphAction } from '../../workflow/graph.ts';
import { backoffDelay } from './backoff.ts';
import { evaluateFor } from './evaluate.ts';
import { startRetryTimer } from './retry.ts';
import { completeStep, failStep } from './settle.ts';
import { stepOf, type Turn } from './turn.ts';

/** The step's work is done; it counts only once `retry_until` holds. */
export function acceptOrRepeat(turn: Turn, action: GraphAction): void {
  const { retryUntil, poll } = action.retry;
  const outcome = retryUntil === undefined ? { value: true } : evaluateFor(turn, action, retryUntil, 'retry_until');
  if ('error' in outcome) failStep(turn, action, outcome.error);
  else if (isTruthy(outcome.value)) completeStep(turn, action);
  else repeat(turn, action, poll);
}

function repeat(turn: Turn, action: GraphAction, poll: Backoff): void {
  const step = stepOf(turn, action);
  const round = (step.rounds ?? 0) + 1;
  step.rounds = round;
  const delay = backoffDelay(poll, round, `${turn.state.runId}/${action.ref}//${round}/poll`);
  startRetryTimer(turn, { action: action.index, attempt: 1, round }, delay);
}
