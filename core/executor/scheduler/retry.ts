import type { ErrorRecord } from '@backplane/sdk';
import type { GraphAction } from '../../workflow/graph.ts';
import { backoffDelay } from './backoff.ts';
import type { Work } from './state.ts';
import { expectAnswer, stepOf, type Turn } from './turn.ts';

/** Plans another attempt after a failed one. False when the policy allows none, or the error says that it would fail again. */
export function retryAttempt(turn: Turn, action: GraphAction, work: Work, error: ErrorRecord): boolean {
  const { maxAttempts, backoff } = action.retry;
  if (error.retry === 'never' || (maxAttempts > 0 && work.attempt >= maxAttempts)) return false;
  if (work.item === undefined) stepOf(turn, action).error = error;
  const seed = `${turn.state.runId}/${action.ref}/${work.item ?? ''}/${work.round ?? 0}/${work.attempt}`;
  const delay = Math.max(backoffDelay(backoff, work.attempt, seed), error.retryAfterMs ?? 0);
  startRetryTimer(turn, { ...work, attempt: work.attempt + 1 }, delay);
  return true;
}

/** `attempt` 1 begins a new round; a higher one repeats a failed attempt. */
export function startRetryTimer(turn: Turn, work: Work, delayMs: number): void {
  const { action, attempt, item, round } = work;
  const seq = expectAnswer(turn, {
    kind: 'timer',
    purpose: 'retry',
    action,
    attempt,
    ...(item !== undefined && { item }),
    ...(round !== undefined && { round }),
  });
  turn.commands.push({ type: 'StartTimer', seq, fireAt: turn.state.now + delayMs });
}
