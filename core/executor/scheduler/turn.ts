import type { Graph, GraphAction } from '../../workflow/graph.ts';
import type { Command } from './command.ts';
import type { Pending, RunState, StepState } from './state.ts';

/** What the handling of one event works on: the state, which it changes, and the commands, which it collects. */
export interface Turn {
  readonly graph: Graph;
  readonly state: RunState;
  readonly commands: Command[];
  /** Steps whose incoming edges have all been decided, still to be looked at. */
  readonly open: number[];
}

export function newTurn(graph: Graph, state: RunState): Turn {
  return { graph, state, commands: [], open: [] };
}

export function actionAt(turn: Turn, index: number): GraphAction {
  return turn.graph.actions[index]!;
}

export function stepOf(turn: Turn, action: GraphAction): StepState {
  return turn.state.steps[action.index]!;
}

export function isRunning(turn: Turn): boolean {
  return turn.state.status === 'running';
}

/** Takes the next command number and remembers what its answer will be about. */
export function expectAnswer(turn: Turn, pending: Pending): number {
  const seq = turn.state.nextSeq++;
  turn.state.pending[seq] = pending;
  return seq;
}
