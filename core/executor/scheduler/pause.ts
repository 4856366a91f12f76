import type { PauseRequested } from './event.ts';
import { forget, startTimer, type Turn } from './turn.ts';

/** Nothing new begins, and the time limit stands still: whoever pauses a run wants it to go on later, not to find it dead. */
export function pauseRun(turn: Turn, { reason, by }: PauseRequested): void {
  const { state } = turn;
  state.paused = { since: state.now, reason, ...(by !== undefined && { by }) };
  stopTimeLimit(turn, state.paused);
}

export function resumeRun(turn: Turn): void {
  const { timeLeftMs } = turn.state.paused!;
  delete turn.state.paused;
  if (timeLeftMs !== undefined) startTimeLimit(turn, timeLeftMs);
}

export function startTimeLimit(turn: Turn, limitMs: number): void {
  const deadline = turn.state.now + limitMs;
  turn.state.deadline = deadline;
  startTimer(turn, { purpose: 'run-timeout' }, deadline);
}

function stopTimeLimit(turn: Turn, paused: { timeLeftMs?: number }): void {
  const { state, commands } = turn;
  if (state.deadline === undefined) return;
  paused.timeLeftMs = Math.max(0, state.deadline - state.now);
  delete state.deadline;
  for (const [key, pending] of Object.entries(state.pending)) {
    if (pending.kind !== 'timer' || pending.purpose !== 'run-timeout') continue;
    forget(turn, Number(key));
    commands.push({ type: 'CancelAction', seq: Number(key) });
  }
}
