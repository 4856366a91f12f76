import { raise } from '../../errors/catalogue.ts';
import type { Control, Graph } from '../../workflow/graph.ts';
import { answeredWhileCancelling } from './cancel.ts';
import type { Command } from './command.ts';
import { dispatch } from './dispatch.ts';
import type {
  ActionCancelled,
  ActionCompleted,
  ActionFailed,
  ActionTimedOut,
  ChildCompleted,
  ChildFailed,
  ChildStarted,
  RunEvent,
  TimerFired,
} from './event.ts';
import { completeIfDone, failTimedOut } from './finish.ts';
import { interactionTimedOut } from './interaction.ts';
import type { Place } from './place.ts';
import { release } from './release.ts';
import { applyRequest, isRequest } from './request.ts';
import { openStreams } from './scatter.ts';
import { admitRun, startRun } from './start-run.ts';
import { beginRound, beginStep } from './start-step.ts';
import type { Pending, RunState, Work } from './state.ts';
import { recordWarnings } from './step-warnings.ts';
import { childAnswered, noteChild } from './subflow.ts';
import { advanceClock, forget, isRunning, newTurn, placeOf, stepOf, type Turn } from './turn.ts';
import { workFailed, workSucceeded } from './work-ended.ts';

type ActionAnswer = ActionCompleted | ActionFailed | ActionTimedOut | ActionCancelled;
type ChildAnswer = ChildStarted | ChildCompleted | ChildFailed;

/**
 * What follows from one event: the commands to carry out, in order. Owns `state` and changes it in place (clone it first to
 * keep the old one). Pure otherwise: the same graph, state and event give the same commands and state everywhere. Events that
 * answer nothing pending, and everything after the run's end, change nothing.
 */
export function reduce(graph: Graph, state: RunState, event: RunEvent): readonly Command[] {
  const turn = newTurn(graph, state);
  if (!apply(turn, event) || state.cancel !== undefined) return turn.commands;
  do {
    release(turn);
    dispatch(turn);
  } while (turn.tasks.length > 0 && isRunning(turn));
  completeIfDone(turn);
  return turn.commands;
}

/** False for an event that changes nothing: duplicates are normal after a crash. */
function apply(turn: Turn, event: RunEvent): boolean {
  const { state } = turn;
  if (event.type === 'RunStarted') {
    if (state.status !== 'new') return false;
    startRun(turn, event);
    return true;
  }
  if (state.status !== 'running') return false;
  if (isRequest(event)) return applyRequest(turn, event);
  if (event.type === 'RunAdmitted') return admitRun(turn, event);
  if (event.type === 'ChildStarted') {
    const noted = noteChild(state.pending[event.seq], event);
    if (noted === 'waits') advanceClock(state, event.at);
    if (noted !== 'done') return noted === 'waits';
  }
  const pending = takePending(turn, event.seq, ANSWERED[event.type]);
  if (pending === undefined) return false;
  advanceClock(state, event.at);
  if (state.cancel !== undefined) answeredWhileCancelling(turn, pending, event);
  else if (pending.kind === 'timer') timerFired(turn, pending);
  else if (pending.kind === 'child') childAnswered(turn, pending, event as ChildAnswer);
  else answered(turn, pending, event as ActionAnswer);
  return true;
}

/** What each kind of event answers. */
const ANSWERED: Readonly<Record<(ActionAnswer | ChildAnswer | TimerFired)['type'], Pending['kind']>> = {
  ActionCompleted: 'action',
  ActionFailed: 'action',
  ActionTimedOut: 'action',
  ActionCancelled: 'action',
  TimerFired: 'timer',
  ChildStarted: 'child',
  ChildCompleted: 'child',
  ChildFailed: 'child',
};

function takePending(turn: Turn, seq: number, kind: Pending['kind']): Pending | undefined {
  const { pending: all } = turn.state;
  const pending = Object.hasOwn(all, seq) ? all[seq] : undefined;
  if (pending?.kind !== kind) return undefined;
  forget(turn, seq);
  return pending;
}

function timerFired(turn: Turn, timer: Pending & { kind: 'timer' }): void {
  if (timer.purpose === 'run-timeout') {
    failTimedOut(turn);
    return;
  }
  const place = placeOf(turn, timer.action!, timer.stream);
  switch (timer.purpose) {
    case 'start-delay':
    case 'wait-until':
      beginRound(turn, place, 0);
      break;
    case 'next-stream':
      openStreams(turn, place, place.action.control as Control & { kind: 'scatter' });
      break;
    case 'next-iteration':
      beginStep(turn, place);
      break;
    case 'interaction':
      interactionTimedOut(turn, place);
      break;
    case 'retry':
      tryAgain(turn, place, timer);
  }
}

function tryAgain(turn: Turn, place: Place, timer: Pending & { kind: 'timer' }): void {
  const { kind: _, purpose: __, fireAt: ___, ...work } = timer;
  if (work.attempt === 1) beginRound(turn, place, work.round!);
  else turn.state.ready.push(work as Work);
}

function answered(turn: Turn, work: Work, event: ActionAnswer): void {
  const place = placeOf(turn, work.action, work.stream);
  turn.state.running--;
  if ('warnings' in event && event.warnings !== undefined) recordWarnings(stepOf(place), event.warnings);
  if (event.type === 'ActionCompleted') workSucceeded(turn, place, work, event.result ?? null);
  else workFailed(turn, place, work, event.type === 'ActionCancelled' ? cancelledByHost(place) : event.error);
}

/** A single attempt was stopped from outside while its run goes on. */
function cancelledByHost({ action: { ref } }: Place) {
  return raise.WORKFLOW_ACTION_CANCELLED({ ref }).toJSON();
}
