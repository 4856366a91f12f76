import type { Edge } from './graph.ts';
import type { ActionDefinition } from './workflow-definition.ts';

/** By action index. */
export interface Edges {
  readonly incoming: readonly (readonly Edge[])[];
  readonly outgoing: readonly (readonly Edge[])[];
}

/** The `depends_on` of all actions as edges. Every ref must exist. */
export function edgesOf(actions: readonly Pick<ActionDefinition, 'ref' | 'dependsOn'>[]): Edges {
  const indexes = new Map(actions.map(({ ref }, index) => [ref, index]));
  const incoming: Edge[][] = actions.map(() => []);
  const outgoing: Edge[][] = actions.map(() => []);
  for (const [to, { dependsOn }] of actions.entries()) {
    for (const { ref, on } of dependsOn) {
      const from = indexes.get(ref)!;
      const edge: Edge = { from, to, on, key: `${from}:${to}:${on}` };
      incoming[to]!.push(edge);
      outgoing[from]!.push(edge);
    }
  }
  return { incoming, outgoing };
}
