import type { GraphAction } from '../../workflow/graph.ts';
import { beginLoop } from './loop.ts';
import { expectAnswer, stepOf, type Turn } from './turn.ts';

/** The step's turn has come; `start_delay` may still hold it back. */
export function beginStep(turn: Turn, action: GraphAction): void {
  const step = stepOf(turn, action);
  step.status = 'running';
  step.startedAt = turn.state.now;
  if (action.startDelayMs === 0) {
    beginRound(turn, action, 0);
    return;
  }
  const seq = expectAnswer(turn, { kind: 'timer', purpose: 'start-delay', action: action.index });
  turn.commands.push({ type: 'StartTimer', seq, fireAt: turn.state.now + action.startDelayMs });
}

/** One round of the step: a single attempt, or all items of its `for_each`. `retry_until` may ask for more rounds. */
export function beginRound(turn: Turn, action: GraphAction, round: number): void {
  if (action.forEach !== undefined) beginLoop(turn, action);
  else turn.state.ready.push({ action: action.index, attempt: 1, ...(round > 0 && { round }) });
}
