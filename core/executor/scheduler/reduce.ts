import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Graph, GraphAction } from '../../workflow/graph.ts';
import { acceptOrRepeat } from './accept.ts';
import type { Command } from './command.ts';
import { dispatch } from './dispatch.ts';
import type { ActionCancelled, ActionCompleted, ActionFailed, ActionTimedOut, RunEvent, TimerFired } from './event.ts';
import { cancelRun, completeIfDone, failTimedOut } from './finish.ts';
import { completeItem, failItem } from './loop.ts';
import { release } from './release.ts';
import { retryAttempt } from './retry.ts';
import { failStep } from './settle.ts';
import { startRun } from './start-run.ts';
import { beginRound } from './start-step.ts';
import type { Pending, RunState, Work } from './state.ts';
import { recordWarnings } from './step-warnings.ts';
import { actionAt, newTurn, stepOf, type Turn } from './turn.ts';

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
  return pending;
}

function advanceClock(state: RunState, at: number): void {
  state.now = Math.max(state.now, at);
}

function timerFired(turn: Turn, timer: Pending & { kind: 'timer' }): void {
  if (timer.purpose === 'run-timeout') failTimedOut(turn);
  else if (timer.purpose === 'start-delay') beginRound(turn, actionAt(turn, timer.action!), 0);
  else if (timer.attempt === 1) beginRound(turn, actionAt(turn, timer.action!), timer.round!);
  else {
    const { kind: _, purpose: __, ...work } = timer;
    turn.state.ready.push(work as Work);
  }
}

function answered(turn: Turn, work: Work, event: Answer): void {
  const action = actionAt(turn, work.action);
  turn.state.running--;
  if ('warnings' in event && event.warnings !== undefined) recordWarnings(stepOf(turn, action), event.warnings);
  if (event.type === 'ActionCompleted') succeeded(turn, action, work, event.result ?? null);
  else failed(turn, action, work, event.type === 'ActionCancelled' ? cancelledByHost(action.ref) : event.error);
}

function succeeded(turn: Turn, action: GraphAction, work: Work, result: unknown): void {
  if (work.item === undefined) {
    stepOf(turn, action).result = result;
    acceptOrRepeat(turn, action);
  } else completeItem(turn, action, work.item, result);
}

function failed(turn: Turn, action: GraphAction, work: Work, error: ErrorRecord): void {
  if (retryAttempt(turn, action, work, error)) return;
  if (work.item === undefined) failStep(turn, action, error);
  else failItem(turn, action, work.item, error);
}

/** A single attempt was stopped from outside while its run goes on. */
function cancelledByHost(ref: string) {
  return raise.WORKFLOW_ACTION_CANCELLED({ ref }).toJSON();
}
