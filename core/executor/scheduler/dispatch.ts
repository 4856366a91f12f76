import { isLive } from './place.ts';
import type { RunState, Work } from './state.ts';
import { startChild } from './subflow.ts';
import { expectAnswer, placeOf, stepOf, type Turn } from './turn.ts';

/** Attempts of one run in flight at once; the others wait in `ready`. */
const MAX_RUNNING = 64;

/** Sends attempts that are due, as far as there is room. */
export function dispatch(turn: Turn): void {
  const { state } = turn;
  if (state.paused !== undefined) return;
  while (state.running < MAX_RUNNING && state.readyFrom < state.ready.length) {
    const work = state.ready[state.readyFrom++]!;
    if (isLive(state, work.stream)) send(turn, work);
  }
  forgetSent(state);
}

/** Now and then alone: to move all that wait up by one for every attempt would take longer the more there are. */
function forgetSent(state: RunState): void {
  const { ready, readyFrom } = state;
  if (readyFrom === 0 || readyFrom * 2 < ready.length) return;
  ready.splice(0, readyFrom);
  state.readyFrom = 0;
}

function send(turn: Turn, work: Work): void {
  const place = placeOf(turn, work.action, work.stream);
  const step = stepOf(place);
  step.attempts = work.item === undefined ? step.attempts + 1 : Math.max(step.attempts, work.attempt);
  const { control, retry } = place.action;
  if (control?.kind === 'subflow') {
    if (startChild(turn, place, work, control)) turn.state.running++;
    return;
  }
  const seq = expectAnswer(turn, { kind: 'action', ...work });
  turn.commands.push({ type: 'RunAction', seq, ...work, timeoutMs: retry.timeoutMs });
  turn.state.running++;
}
