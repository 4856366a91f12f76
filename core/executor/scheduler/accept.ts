import { isTruthy } from '../../language/values/truthiness.ts';
import type { Backoff } from '../../workflow/graph.ts';
import { backoffDelay } from './backoff.ts';
import { evaluateFor } from './evaluate.ts';
import { openInteraction } from './interaction.ts';
import type { Place } from './place.ts';
import { retrySeed, startRetryTimer } from './retry.ts';
import { completeStep, failStep } from './settle.ts';
import { stepOf, type Turn, workAt } from './turn.ts';

/** The step's work is done; it counts only once `retry_until` holds, and those whom it asks have answered. */
export function acceptOrRepeat(turn: Turn, place: Place): void {
  const { interaction, retry } = place.action;
  const { retryUntil, poll } = retry;
  const outcome = retryUntil === undefined ? { value: true } : evaluateFor(turn, place, retryUntil, 'retry_until');
  if ('error' in outcome) failStep(turn, place, outcome.error);
  else if (!isTruthy(outcome.value)) repeat(turn, place, poll);
  else if (interaction !== undefined) openInteraction(turn, place, interaction);
  else completeStep(turn, place);
}

function repeat(turn: Turn, place: Place, poll: Backoff): void {
  const step = stepOf(place);
  const round = (step.rounds ?? 0) + 1;
  step.rounds = round;
  const work = workAt(place, { attempt: 1, round });
  startRetryTimer(turn, work, backoffDelay(poll, round, `${retrySeed(turn, place)}//${round}/poll`));
}
