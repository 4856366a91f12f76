import type { Balancer } from './balancer.ts';

/** Of two targets by chance the one with fewer requests under way for its weight: nearly as even as least-connections, and no herd when several gateways choose. */
export function powerOfTwo(random: () => number): Balancer {
  return {
    pick(targets) {
      const { length } = targets;
      if (length === 1) return targets[0]!;
      const at = Math.floor(random() * length);
      const first = targets[at]!;
      // Another one: the second choice is never the first again.
      const second = targets[(at + 1 + Math.floor(random() * (length - 1))) % length]!;
      return second.active / second.weight < first.active / first.weight ? second : first;
    },
  };
}
