import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Control, Graph } from '../../workflow/graph.ts';
import { acceptOrRepeat } from './accept.ts';
import type { Command } from './command.ts';
import { dispatch } from './dispatch.ts';
import type { ActionCancelled, ActionCompleted, ActionFailed, ActionTimedOut, RunEvent, TimerFired } from './event.ts';
import { cancelRun, completeIfDone, failTimedOut } from './finish.ts';
import { completeItem, failItem } from './for-each.ts';
import type { Place } from './place.ts';
import { release } from './release.ts';
import { retryAttempt } from './retry.ts';
import { openStreams } from './scatter.ts';
import { failStep } from './settle.ts';
import { startRun } from './start-run.ts';
import { beginRound, beginStep } from './start-step.ts';
import type { Pending, RunState, Work } from './state.ts';
import { recordWarnings } from './step-warnings.ts';
import { newTurn, placeOf, stepOf, type Turn } from './turn.ts';

type Answer = ActionCompleted | ActionFailed | ActionTimedOut | ActionCancelled;

/**
 * What follows from one event: the commands to carry out, in order. Owns `state` and changes it in place (clone it first to
 * keep the old one). Pure otherwise: the same graph, state and event give the same commands and state everywhere. Events that
 * answer nothing pending, and everything after the run's end, change nothing.
 */
export function reduce(graph: Graph, state: RunState, event: RunEvent): readonly Command[] {
  const turn = newTurn(graph, state);
  if (!apply(turn, event)) return turn.commands;
  release(turn);
  dispatch(turn);
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
  if (event.type === 'CancelRequested') {
    advanceClock(state, event.at);
    cancelRun(turn, event.reason);
    return true;
  }
  const pending = takePending(state, event.seq, event.type === 'TimerFired' ? 'timer' : 'action');
  if (pending === undefined) return false;
  advanceClock(state, event.at);
  if (pending.kind === 'timer') timerFired(turn, pending);
  else answered(turn, pending, event as Exclude<Answer, TimerFired>);
  return true;
}

function takePending(state: RunState, seq: number, kind: Pending['kind']): Pending | undefined {
  const pending = Object.hasOwn(state.pending, seq) ? state.pending[seq] : undefined;
  if (pending?.kind !== kind) return undefined;
  delete state.pending[seq];
  if (pending.stream !== undefined) {
    const { pending: ofStream } = state.streams[pending.stream]!;
    ofStream.splice(ofStream.indexOf(seq), 1);
  }
  return pending;
}

function advanceClock(state: RunState, at: number): void {
  state.now = Math.max(state.now, at);
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
    case 'retry':
      tryAgain(turn, place, timer);
  }
}

function tryAgain(turn: Turn, place: Place, { kind: _, purpose: __, ...work }: Pending & { kind: 'timer' }): void {
  if (work.attempt === 1) beginRound(turn, place, work.round!);
  else turn.state.ready.push(work as Work);
}

function answered(turn: Turn, work: Work, event: Answer): void {
  const place = placeOf(turn, work.action, work.stream);
  turn.state.running--;
  if ('warnings' in event && event.warnings !== undefined) recordWarnings(stepOf(place), event.warnings);
  if (event.type === 'ActionCompleted') succeeded(turn, place, work, event.result ?? null);
  else failed(turn, place, work, event.type === 'ActionCancelled' ? cancelledByHost(place) : event.error);
}

function succeeded(turn: Turn, place: Place, work: Work, result: unknown): void {
  if (work.item === undefined) {
    stepOf(place).result = result;
    acceptOrRepeat(turn, place);
  } else completeItem(turn, place, work.item, result);
}

function failed(turn: Turn, place: Place, work: Work, error: ErrorRecord): void {
  if (retryAttempt(turn, place, work, error)) return;
  if (work.item === undefined) failStep(turn, place, error);
  else failItem(turn, place, work.item, error);
}

/** A single attempt was stopped from outside while its run goes on. */
function cancelledByHost({ action: { ref } }: Place): ErrorRecord {
  return raise.WORKFLOW_ACTION_CANCELLED({ ref }).toJSON();
}
