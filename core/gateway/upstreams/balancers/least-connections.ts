import type { Balancer } from './balancer.ts';

/** The target with the fewest requests under way for its weight. Among equals in turn, so that a quiet service is not served by one target, unless it is to be the first. */
export function leastConnections(ties?: 'first'): Balancer {
  let start = 0;
  return {
    pick(targets) {
      const { length } = targets;
      if (ties === undefined) start = (start + 1) % length;
      let best = targets[start]!;
      let least = best.active / best.weight;
      for (let step = 1; step < length; step += 1) {
        const target = targets[(start + step) % length]!;
        const load = target.active / target.weight;
        if (load >= least) continue;
        best = target;
        least = load;
      }
      return best;
    },
  };
}
