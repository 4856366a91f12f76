import type { ErrorRecord } from '@backplane/sdk';
import { backoffDelay } from './backoff.ts';
import { type Place, stepName } from './place.ts';
import type { Work } from './state.ts';
import { startTimer, stepOf, type Turn } from './turn.ts';

/** Plans another attempt after a failed one. False when the policy allows none, or the error says that it would fail again. */
export function retryAttempt(turn: Turn, place: Place, work: Work, error: ErrorRecord): boolean {
  const { maxAttempts, backoff } = place.action.retry;
  if (error.retry === 'never' || (maxAttempts > 0 && work.attempt >= maxAttempts)) return false;
  if (work.item === undefined) stepOf(place).error = error;
  const seed = `${retrySeed(turn, place)}/${work.item ?? ''}/${work.round ?? 0}/${work.attempt}`;
  const delay = Math.max(backoffDelay(backoff, work.attempt, seed), error.retryAfterMs ?? 0);
  startRetryTimer(turn, { ...work, attempt: work.attempt + 1 }, delay);
  return true;
}

/** `attempt` 1 begins a new round; a higher one repeats a failed attempt. */
export function startRetryTimer(turn: Turn, work: Work, delayMs: number): void {
  startTimer(turn, { purpose: 'retry', ...work }, turn.state.now + delayMs);
}

/** Steps that wait at the same time should not all wait equally long. */
export function retrySeed({ state }: Turn, place: Place): string {
  const { pass } = stepOf(place);
  return `${state.runId}/${stepName(place)}${pass === undefined ? '' : `@${pass}`}`;
}
