import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import type { Edges } from '../../edges-of.ts';
import type { Edge } from '../../graph.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';
import { ALWAYS, type Diagram, NEVER } from './decision-diagrams.ts';
import type { Flow } from './flow.ts';

interface JoinQuestion {
  readonly actions: readonly ActionDefinition[];
  readonly edges: Edges;
  readonly flow: Flow;
}

/** Why an edge may not come although the run gets there. */
export type MissingEdge =
  | { readonly kind: 'run-if'; readonly ref: string }
  | { readonly kind: 'fails'; readonly ref: string }
  | { readonly kind: 'succeeds'; readonly ref: string }
  | { readonly kind: 'many' };

/** What to say of a join that breaks in some runs, or in all that come to it. */
export function joinProblem(question: JoinQuestion, index: number): BackplaneError {
  const { actions, edges, flow } = question;
  const { diagrams } = flow;
  const { breaks, runs, reached } = flow.step(index);
  const { ref } = actions[index]!;
  const incoming = edges.incoming[index]!;
  if (diagrams.and(runs, reached) === NEVER) {
    const names = exclusive(incoming, flow).map((edge) => nameOf(edge, actions));
    return raise.WORKFLOW_JOIN_NEVER({ ref, edges: names });
  }
  const missing = incoming.find((edge) => diagrams.and(breaks, diagrams.not(flow.taken(edge))) !== NEVER)!;
  return raise.WORKFLOW_JOIN_MAY_BREAK({
    ref,
    edge: nameOf(missing, actions),
    cause: causeOf(question, missing, breaks),
  });
}

/** Two edges that never both come, if there are two; otherwise all. */
function exclusive(incoming: readonly Edge[], flow: Flow): readonly Edge[] {
  for (const [place, one] of incoming.entries()) {
    if (flow.taken(one) === NEVER) return [one];
    const other = incoming
      .slice(place + 1)
      .find((next) => flow.diagrams.and(flow.taken(one), flow.taken(next)) === NEVER);
    if (other !== undefined) return [one, other];
  }
  return incoming;
}

/** Goes back along the edges that do not come in the runs in question, to the step that decides it. */
function causeOf({ actions, edges, flow }: JoinQuestion, edge: Edge, when: Diagram): MissingEdge {
  const { diagrams } = flow;
  for (let at = edge; ; ) {
    const { ref } = actions[at.from]!;
    const { condition, runs, succeeds } = flow.step(at.from);
    const mayHappen = (one: Diagram) => diagrams.and(when, one) !== NEVER;
    if (at.on === 'error' && mayHappen(succeeds)) return { kind: 'succeeds', ref };
    if (condition !== ALWAYS && mayHappen(diagrams.not(condition))) return { kind: 'run-if', ref };
    if (at.on === 'success' && mayHappen(diagrams.and(runs, diagrams.not(succeeds)))) return { kind: 'fails', ref };
    const before = edges.incoming[at.from]!.find((one) => mayHappen(diagrams.not(flow.taken(one))));
    if (before === undefined) return { kind: 'fails', ref };
    at = before;
  }
}

export function nameOf({ from, on }: Pick<Edge, 'from' | 'on'>, actions: readonly ActionDefinition[]): string {
  return actions[from]!.ref + (on === 'error' ? '.error' : '');
}
