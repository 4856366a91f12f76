import type { Graph } from '../../workflow/graph.ts';
import type { Command } from './command.ts';
import { newStep, type Place, placeAt } from './place.ts';
import type { Pending, RunState, StepState, Work } from './state.ts';

/** What the handling of one event works on: the state, which it changes, and the commands, which it collects. */
export interface Turn {
  readonly graph: Graph;
  readonly state: RunState;
  readonly commands: Command[];
  /** What still has to be looked at because of this event, in order. */
  readonly tasks: Task[];
  /** Streams and iterations begun in this turn. */
  begun: number;
}

export type Task =
  /** All incoming edges of a step are decided. */
  | { readonly kind: 'decide'; readonly place: Place }
  /** A loop start has its next iteration before it. */
  | { readonly kind: 'begin'; readonly place: Place }
  /** Nothing runs in the stream any more. */
  | { readonly kind: 'stream-ended'; readonly stream: string };

export function newTurn(graph: Graph, state: RunState): Turn {
  return { graph, state, commands: [], tasks: [], begun: 0 };
}

export function placeOf(turn: Turn, action: number, stream: string | undefined): Place {
  return placeAt(turn.state, turn.graph.actions[action]!, stream);
}

/** The state of the step at this place. */
export function stepOf({ frame, action }: Place): StepState {
  frame.steps[action.index] ??= newStep();
  return frame.steps[action.index]!;
}

/** The run's time never goes back. */
export function advanceClock(state: RunState, at: number): void {
  state.now = Math.max(state.now, at);
}

export function isRunning(turn: Turn): boolean {
  return turn.state.status === 'running';
}

/** An attempt of the step at this place, with all that tells it apart from others. */
export function workAt(place: Place, work: Omit<Work, 'action' | 'stream' | 'pass'>): Work {
  const { pass } = stepOf(place);
  return {
    action: place.action.index,
    ...work,
    ...(place.stream !== undefined && { stream: place.stream }),
    ...(pass !== undefined && { pass }),
  };
}

/** Takes the next command number and remembers what its answer will be about. */
export function expectAnswer(turn: Turn, pending: Pending): number {
  const seq = turn.state.nextSeq++;
  turn.state.pending[seq] = pending;
  if (pending.stream !== undefined) turn.state.streams[pending.stream]!.pending.push(seq);
  return seq;
}

/** Asks to be told when a moment has come. */
export function startTimer(
  turn: Turn,
  timer: Omit<Pending & { kind: 'timer' }, 'kind' | 'fireAt'>,
  fireAt: number,
): void {
  const seq = expectAnswer(turn, { ...timer, kind: 'timer', fireAt });
  turn.commands.push({ type: 'StartTimer', seq, fireAt });
}

/** Nobody waits any more for the answer to this command. */
export function forget({ state }: Turn, seq: number): void {
  const { stream } = state.pending[seq]!;
  delete state.pending[seq];
  if (stream === undefined) return;
  const { pending } = state.streams[stream]!;
  pending.splice(pending.indexOf(seq), 1);
}

/** A timer of the step at this place. */
export function startTimerAt(turn: Turn, { action, stream }: Place, purpose: TimerPurpose, fireAt: number): void {
  startTimer(turn, { purpose, action: action.index, ...(stream !== undefined && { stream }) }, fireAt);
}

/** The step waits for this no longer. */
export function forgetTimer(turn: Turn, { action, stream }: Place, purpose: TimerPurpose): void {
  const { state, commands } = turn;
  const ofStream = stream === undefined ? undefined : state.streams[stream]!.pending;
  for (const seq of ofStream ?? Object.keys(state.pending).map(Number)) {
    const pending = state.pending[seq]!;
    if (pending.kind !== 'timer' || pending.purpose !== purpose) continue;
    if (pending.action !== action.index || pending.stream !== stream) continue;
    delete state.pending[seq];
    ofStream?.splice(ofStream.indexOf(seq), 1);
    commands.push({ type: 'CancelAction', seq });
    return;
  }
}

type TimerPurpose = (Pending & { kind: 'timer' })['purpose'];

/** True for the gather in one of the streams, where it collects, and not where its result is. */
export function isCollector(turn: Turn, { action, stream }: Place): boolean {
  const { control } = action;
  return control?.kind === 'gather' && stream !== undefined && turn.state.streams[stream]!.scatter === control.scatter;
}
