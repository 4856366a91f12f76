import type { ErrorRecord } from '@backplane/sdk';
import { isTruthy } from '../../language/values/truthiness.ts';
import { evaluateFor } from './evaluate.ts';
import type { CancelRequested, RunEvent, TerminateRequested } from './event.ts';
import { cancelRun } from './finish.ts';
import { itemsError, noteItemError } from './for-each.ts';
import type { Place } from './place.ts';
import type { Frame, Pending, StepState, Work } from './state.ts';
import { recordWarnings } from './step-warnings.ts';
import { cancelStep } from './stop-stream.ts';
import { forget, placeOf, startTimer, stepOf, type Turn } from './turn.ts';

/** Begins nothing new, aborts what is in flight, and waits for its answers, so that the record shows how each step has ended. */
export function cancelPolitely(turn: Turn, { reason, graceMs }: CancelRequested): void {
  const { state } = turn;
  state.cancel = { since: state.now, reason };
  if (graceMs === undefined) {
    cancelRun(turn, reason);
    return;
  }
  delete state.paused;
  for (const key of Object.keys(state.pending)) {
    const seq = Number(key);
    turn.commands.push({ type: 'CancelAction', seq });
    if (!isInFlight(state.pending[seq]!)) drop(turn, seq);
  }
  cancelIdleSteps(turn);
  if (Object.keys(state.pending).length === 0) cancelRun(turn, reason);
  else startTimer(turn, { purpose: 'cancel-grace' }, state.now + graceMs);
}

/** Ends the run as it is. */
export function terminate(turn: Turn, { reason }: TerminateRequested): void {
  const { state } = turn;
  state.cancel = { since: state.cancel?.since ?? state.now, reason, terminated: true };
  cancelRun(turn, reason);
}

/** An answer that was waited for, or the end of the time for it. The runs that are waited for have such a time of their own. */
export function answeredWhileCancelling(turn: Turn, pending: Pending, event: RunEvent): void {
  const { state } = turn;
  if (pending.kind === 'action' || pending.kind === 'child') settle(turn, pending, event);
  else if (pending.kind === 'timer' && pending.purpose === 'cancel-grace') abandonActions(turn);
  if (!Object.values(state.pending).some(isInFlight)) cancelRun(turn, state.cancel!.reason);
}

/** A run that was asked for exists once that is durable, together with the note of its id. */
function isInFlight(pending: Pending): boolean {
  return pending.kind === 'action' || (pending.kind === 'child' && pending.runId !== undefined);
}

function drop(turn: Turn, seq: number): void {
  if (turn.state.pending[seq]!.kind === 'child') turn.state.running--;
  forget(turn, seq);
}

function abandonActions(turn: Turn): void {
  const { state, commands } = turn;
  for (const [key, { kind }] of Object.entries(state.pending)) {
    if (kind !== 'action') continue;
    state.running--;
    forget(turn, Number(key));
    commands.push({ type: 'CancelAction', seq: Number(key) });
  }
}

/** Steps at which nothing is in flight will not get any further. */
function cancelIdleSteps(turn: Turn): void {
  const { state } = turn;
  const busy = new Set<string>();
  for (const { action, stream = '' } of Object.values(state.pending)) busy.add(`${stream}/${action}`);
  const cancelIn = ({ steps }: Frame, stream?: string) => {
    for (const [key, step] of Object.entries(steps)) {
      const at = { step, index: Number(key), ...(stream !== undefined && { stream }) };
      if (!busy.has(`${stream ?? ''}/${key}`)) cancelStep(turn, at);
    }
  };
  cancelIn(state);
  for (const [id, stream] of Object.entries(state.streams)) if (stream.status === 'running') cancelIn(stream, id);
}

function settle(turn: Turn, work: Work, event: RunEvent): void {
  const place = placeOf(turn, work.action, work.stream);
  const step = stepOf(place);
  turn.state.running--;
  if ('warnings' in event && event.warnings !== undefined) recordWarnings(step, event.warnings);
  if (event.type === 'ActionCompleted' || event.type === 'ChildCompleted') {
    settleResult(turn, place, work, event.result ?? null);
  } else if ('error' in event && event.error.code !== 'WORKFLOW_SUBFLOW_CANCELLED') {
    settleError(turn, place, work, event.error);
  } else if (work.item === undefined) cancelPlace(turn, place);
}

function settleResult(turn: Turn, place: Place, { item }: Work, result: unknown): void {
  const step = stepOf(place);
  if (item === undefined) {
    step.result = result;
    accept(turn, place);
    return;
  }
  const loop = step.loop!;
  loop.results[item] = result;
  settleItem(turn, place, loop);
}

function settleError(turn: Turn, place: Place, { item }: Work, error: ErrorRecord): void {
  if (item === undefined) {
    end(turn, place, 'failed', error);
    return;
  }
  const loop = stepOf(place).loop!;
  noteItemError(loop, item, error);
  settleItem(turn, place, loop);
}

/** A `for_each` has come to its own end only when every item has: those that never began, or wait for another attempt, count. */
function settleItem(turn: Turn, place: Place, loop: NonNullable<StepState['loop']>): void {
  loop.inFlight--;
  if (loop.inFlight > 0 || loop.next < loop.items.length) return;
  if (loop.errors.length > 0) {
    end(turn, place, 'failed', itemsError(place.action, loop));
    return;
  }
  stepOf(place).result = loop.results;
  accept(turn, place);
}

/** What `retry_until` does not accept would have gone another round, and who was to be asked is not asked any more. */
function accept(turn: Turn, place: Place): void {
  const { retryUntil } = place.action.retry;
  const outcome = retryUntil === undefined ? { value: true } : evaluateFor(turn, place, retryUntil, 'retry_until');
  if ('error' in outcome) end(turn, place, 'failed', outcome.error);
  else if (isTruthy(outcome.value) && place.action.interaction === undefined) end(turn, place, 'completed');
  else cancelPlace(turn, place);
}

function cancelPlace(turn: Turn, place: Place): void {
  const { action, stream } = place;
  cancelStep(turn, { step: stepOf(place), index: action.index, ...(stream !== undefined && { stream }) });
}

/** Unlike a step of a run that goes on, it sets nothing else in motion. */
function end({ state }: Turn, place: Place, status: 'completed' | 'failed', error?: ErrorRecord): void {
  const step = stepOf(place);
  step.status = status;
  step.endedAt = state.now;
  delete step.loop;
  delete step.error;
  if (error === undefined) return;
  step.error = error;
  delete step.result;
}
