import type { Graph } from '../graph.ts';

/** For every action the actions that have ended, one way or the other, before it begins: bit sets, so that big graphs stay cheap. */
export function ancestorsOf(graph: Pick<Graph, 'actions'>): readonly bigint[] {
  const ancestors: (bigint | undefined)[] = graph.actions.map(() => undefined);
  for (const index of topologicalOrder(graph)) {
    let bits = 0n;
    for (const { from } of graph.actions[index]!.incoming) bits |= ancestors[from]! | (1n << BigInt(from));
    ancestors[index] = bits;
  }
  return ancestors.map((bits) => bits ?? 0n);
}

function topologicalOrder({ actions }: Pick<Graph, 'actions'>): readonly number[] {
  const missing = actions.map(({ incoming }) => incoming.length);
  const order = actions.filter(({ incoming }) => incoming.length === 0).map(({ index }) => index);
  for (const index of order) {
    for (const { to } of actions[index]!.outgoing) if (--missing[to]! === 0) order.push(to);
  }
  return order;
}
