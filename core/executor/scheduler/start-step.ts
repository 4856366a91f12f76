import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Control } from '../../workflow/graph.ts';
import { readMoment } from '../../workflow/moment/read-moment.ts';
import { endIteration, startIteration } from './do-while.ts';
import { evaluateFor, type Outcome } from './evaluate.ts';
import { beginForEach } from './for-each.ts';
import { collect } from './gather.ts';
import type { Place } from './place.ts';
import { beginScatter } from './scatter.ts';
import { failStep } from './settle.ts';
import { startTimerAt, stepOf, type Turn, workAt } from './turn.ts';

/** The step's turn has come; `wait_until` or `start_delay` may still hold it back. */
export function beginStep(turn: Turn, place: Place): void {
  const { now } = turn.state;
  const { waitUntil, startDelayMs } = place.action;
  const step = stepOf(place);
  step.status = 'running';
  step.startedAt = now;
  const due = waitUntil === undefined ? { value: now + startDelayMs } : momentOf(turn, place);
  if ('error' in due) failStep(turn, place, due.error);
  else if (due.value <= now) beginRound(turn, place, 0);
  else startTimerAt(turn, place, waitUntil === undefined ? 'start-delay' : 'wait-until', due.value);
}

/** One round of the step: a single attempt, or all items of its `for_each`. `retry_until` may ask for more rounds. */
export function beginRound(turn: Turn, place: Place, round: number): void {
  const { control, forEach } = place.action;
  if (forEach !== undefined) beginForEach(turn, place);
  else if (control !== undefined && control.kind !== 'subflow') carryOut(turn, place, control);
  else turn.state.ready.push(workAt(place, { attempt: 1, ...(round > 0 && { round }) }));
}

function carryOut(turn: Turn, place: Place, control: Exclude<Control, { kind: 'subflow' }>): void {
  switch (control.kind) {
    case 'scatter':
      beginScatter(turn, place, control);
      break;
    case 'gather':
      collect(turn, place, control);
      break;
    case 'loop-start':
      startIteration(turn, place);
      break;
    case 'loop-end':
      endIteration(turn, place, control);
      break;
  }
}

/** What `wait_until` means at this time. A moment that has passed holds nothing back. */
function momentOf(turn: Turn, place: Place): Outcome<number> {
  const outcome = evaluateFor(turn, place, place.action.waitUntil!, 'wait_until');
  if ('error' in outcome) return outcome;
  const value = Float.is(outcome.value) ? outcome.value.value : outcome.value;
  const moment = typeof value === 'string' || typeof value === 'number' ? readMoment(value, turn.state.now) : undefined;
  if (moment !== undefined) return { value: moment };
  const found = typeof value === 'string' ? `"${value}"` : value === null ? 'null' : typeof value;
  return { error: raise.WORKFLOW_WAIT_UNTIL_INVALID({ found }).toJSON() };
}
