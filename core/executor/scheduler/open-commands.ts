import type { Graph } from '../../workflow/graph.ts';
import type { RunAction, StartChild, StartTimer } from './command.ts';
import type { Pending, RunState } from './state.ts';

export type OpenCommand = RunAction | StartTimer | StartChild;

/**
 * The commands that a running run still waits for, in the order in which they were given: what whoever takes over the state has to
 * carry out. A child that has started is named by its id in the state; what was asked of it is not told again.
 */
export function openCommands(graph: Graph, state: RunState): readonly OpenCommand[] {
  return Object.entries(state.pending).map(([seq, pending]) => openCommand(graph, Number(seq), pending));
}

function openCommand(graph: Graph, seq: number, pending: Pending): OpenCommand {
  switch (pending.kind) {
    case 'timer':
      return { type: 'StartTimer', seq, fireAt: pending.fireAt };
    case 'action': {
      const { kind: _, ...work } = pending;
      return { type: 'RunAction', seq, ...work, timeoutMs: graph.actions[work.action]!.retry.timeoutMs };
    }
    case 'child': {
      const { kind: _, wait, runId: __, call = STARTED, ...work } = pending;
      return { type: 'StartChild', seq, ...work, ...call, wait };
    }
  }
}

const STARTED = { at: 0, workflow: '', input: null };
