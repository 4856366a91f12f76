import type { Target } from '../upstream.ts';
import type { Balancer } from './balancer.ts';

/** By weight, and evenly spread: 5:1:1 gives a a b a c a a, not five times a in a row (nginx's smooth weighted round robin). */
export function weighted(): Balancer {
  const credit = new WeakMap<Target, number>();
  return {
    pick(targets) {
      let total = 0;
      let best: Target | undefined;
      let most = Number.NEGATIVE_INFINITY;
      for (const target of targets) {
        total += target.weight;
        const own = (credit.get(target) ?? 0) + target.weight;
        credit.set(target, own);
        if (own <= most) continue;
        most = own;
        best = target;
      }
      credit.set(best!, most - total);
      return best!;
    },
  };
}
