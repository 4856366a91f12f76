import { toErrorRecord } from '../../errors/to-record.ts';
import type { ActionOutcome } from '../action-runner.ts';
import type { RunEvent } from '../scheduler/event.ts';
import { encodeEvent } from './encode-event.ts';

/** The event that tells of an action's end, with its JSON. A result that cannot be kept is told as the action's failure. */
export function outcomeEvent(
  outcome: ActionOutcome,
  seq: number,
  at: number,
  limit: number,
  startedAt?: number,
): { readonly event: RunEvent; readonly body: string } {
  const begun = startedAt === undefined ? {} : { startedAt };
  const event = { ...eventOf(outcome, seq, at), ...begun, ...outcome.facts };
  try {
    return { event, body: encodeEvent(event, 'The result', limit) };
  } catch (thrown) {
    const failure: RunEvent = { type: 'ActionFailed', seq, at, error: toErrorRecord(thrown), ...begun };
    return { event: failure, body: encodeEvent(failure, 'The error', Number.POSITIVE_INFINITY) };
  }
}

function eventOf(outcome: ActionOutcome, seq: number, at: number): RunEvent {
  if (outcome.status === 'cancelled') return { type: 'ActionCancelled', seq, at };
  const warnings = outcome.warnings.length === 0 ? {} : { warnings: outcome.warnings };
  if (outcome.status === 'completed') return { type: 'ActionCompleted', seq, at, result: outcome.result, ...warnings };
  const { error } = outcome;
  return outcome.status === 'timed-out'
    ? { type: 'ActionTimedOut', seq, at, error }
    : { type: 'ActionFailed', seq, at, error, ...warnings };
}
