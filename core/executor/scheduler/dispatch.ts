import { isLive } from './place.ts';
import type { Work } from './state.ts';
import { startChild } from './subflow.ts';
import { expectAnswer, placeOf, stepOf, type Turn } from './turn.ts';

/** Attempts of one run in flight at once; the others wait in `ready`. */
const MAX_RUNNING = 64;

/** Sends attempts that are due, as far as there is room. */
export function dispatch(turn: Turn): void {
  const { state } = turn;
  let taken = 0;
  for (; state.running < MAX_RUNNING && taken < state.ready.length; taken++) {
    const work = state.ready[taken]!;
    if (isLive(state, work.stream)) send(turn, work);
  }
  state.ready.splice(0, taken);
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
