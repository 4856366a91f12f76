import type { Balancer } from './balancer.ts';

/** One after the other. */
export function roundRobin(): Balancer {
  let next = 0;
  return {
    pick(targets) {
      const target = targets[next % targets.length]!;
      next = (next + 1) % Number.MAX_SAFE_INTEGER;
      return target;
    },
  };
}
