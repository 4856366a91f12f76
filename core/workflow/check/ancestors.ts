import type { Edges } from '../edges-of.ts';
import { topologicalOrder } from '../topological-order.ts';

/**
 * For every action the set of actions that have ended, one way or the other, before it begins: bit `n` stands for action `n`, so
 * that big graphs stay cheap.
 */
export function ancestorsOf({ incoming, outgoing }: Edges): readonly bigint[] {
  const ancestors = incoming.map(() => 0n);
  for (const index of topologicalOrder({ incoming, outgoing })) {
    for (const { from } of incoming[index]!)
      ancestors[index] = ancestors[index]! | ancestors[from]! | (1n << BigInt(from));
  }
  return ancestors;
}
