import { raise } from '../../errors/catalogue.ts';
import type { Control } from '../../workflow/graph.ts';
import { evaluateArguments, evaluateFor, type Outcome } from './evaluate.ts';
import type { ChildCompleted, ChildFailed, ChildStarted } from './event.ts';
import type { Place } from './place.ts';
import type { Pending, SubflowOptions, Work } from './state.ts';
import { type SubflowCall, subflowCall, subflowOptions } from './subflow-arguments.ts';
import { expectAnswer, placeOf, stepOf, type Turn } from './turn.ts';
import { workFailed, workLost, workSucceeded } from './work-ended.ts';

type Subflow = Control & { kind: 'subflow' };
type PendingChild = Pending & { kind: 'child' };

/** Asks for a run of another workflow. False when the arguments do not allow it: then the work has ended. */
export function startChild(turn: Turn, place: Place, work: Work, control: Subflow): boolean {
  const call = callOf(turn, place, work, control);
  if ('error' in call) {
    workLost(turn, place, work, call.error);
    return false;
  }
  const { wait, ...what } = call.value;
  const asked = { at: turn.state.now, ...what };
  const seq = expectAnswer(turn, { kind: 'child', wait, call: asked, ...work });
  turn.commands.push({ type: 'StartChild', seq, ...work, ...asked, wait });
  return true;
}

function callOf(
  turn: Turn,
  place: Place,
  work: Work,
  control: Subflow,
): Outcome<SubflowCall & Pick<SubflowOptions, 'wait'>> {
  const { ref, environment } = place.action;
  const runs = stepOf(place).loop?.runs;
  const options =
    runs === undefined
      ? evaluateArguments(turn, place, control.options, (name, args) => subflowOptions(name, args, false))
      : { value: runs };
  if ('error' in options) return options;
  const { wait } = options.value;
  const args = evaluateFor(turn, place, control.call, 'args', work.item);
  const call = 'error' in args ? args : subflowCall(ref, args.value);
  if ('error' in call || call.value.environment !== undefined || environment === undefined) {
    return 'error' in call ? call : { value: { ...call.value, wait } };
  }
  const name = evaluateFor(turn, place, environment, 'environment', work.item);
  if ('error' in name) return name;
  if (typeof name.value !== 'string' || name.value === '') {
    return { error: raise.WORKFLOW_ENVIRONMENT_INVALID({ found: name.value }).toJSON() };
  }
  return { value: { ...call.value, environment: name.value, wait } };
}

/** Notes which run it is. True when that was all that the step asked for. */
export function noteChild(pending: Pending | undefined, event: ChildStarted): 'known' | 'waits' | 'done' {
  if (pending?.kind !== 'child' || pending.runId !== undefined) return 'known';
  if (!pending.wait) return 'done';
  pending.runId = event.runId;
  delete pending.call;
  return 'waits';
}

export function childAnswered(
  turn: Turn,
  { kind: _, wait: __, runId: ___, call: ____, ...work }: PendingChild,
  event: ChildStarted | ChildCompleted | ChildFailed,
): void {
  const place = placeOf(turn, work.action, work.stream);
  turn.state.running--;
  if (event.type === 'ChildStarted') workSucceeded(turn, place, work, { run_id: event.runId });
  else if (event.type === 'ChildCompleted') workSucceeded(turn, place, work, event.result ?? null);
  else workFailed(turn, place, work, event.error);
}
