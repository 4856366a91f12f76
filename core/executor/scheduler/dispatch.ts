import { actionAt, expectAnswer, stepOf, type Turn } from './turn.ts';

/** Attempts of one run in flight at once; the others wait in `ready`. */
export const MAX_RUNNING = 64;

/** Sends attempts that are due, as far as there is room. */
export function dispatch(turn: Turn): void {
  const { state } = turn;
  const room = Math.min(MAX_RUNNING - state.running, state.ready.length);
  for (const work of state.ready.splice(0, room)) {
    const action = actionAt(turn, work.action);
    const step = stepOf(turn, action);
    step.attempts = work.item === undefined ? step.attempts + 1 : Math.max(step.attempts, work.attempt);
    const seq = expectAnswer(turn, { kind: 'action', ...work });
    turn.commands.push({ type: 'RunAction', seq, ...work, timeoutMs: action.retry.timeoutMs });
    state.running++;
  }
}
