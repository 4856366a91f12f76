import type { Edges } from './edges-of.ts';

/** All actions, each after those it depends on. The graph must be free of circles. */
export function topologicalOrder({ incoming, outgoing }: Edges): readonly number[] {
  const missing = incoming.map((edges) => edges.length);
  const order = [...missing.keys()].filter((index) => missing[index] === 0);
  for (const index of order) {
    for (const { to } of outgoing[index]!) if (--missing[to]! === 0) order.push(to);
  }
  return order;
}
