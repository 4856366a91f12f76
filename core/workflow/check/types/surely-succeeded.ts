import type { Edges } from '../../edges-of.ts';
import { topologicalOrder } from '../../topological-order.ts';
import type { ActionDefinition } from '../../workflow-definition.ts';

/** For every action those that have succeeded whenever it runs, as bits: bit `n` stands for action `n`. */
export function surelySucceeded(actions: readonly ActionDefinition[], edges: Edges): readonly bigint[] {
  const sure: bigint[] = actions.map(() => 0n);
  for (const index of topologicalOrder(edges)) {
    const each = edges.incoming[index]!.map(
      ({ from, on }) => sure[from]! | (on === 'success' ? 1n << BigInt(from) : 0n),
    );
    const [first = 0n, ...others] = each;
    const isAll = actions[index]!.joinStrategy === 'all';
    sure[index] = others.reduce((known, one) => (isAll ? known | one : known & one), first);
  }
  return sure;
}
