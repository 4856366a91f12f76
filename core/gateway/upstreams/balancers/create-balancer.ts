import type { BalancerModel } from '../../model/upstream-model.ts';
import type { Balancer } from './balancer.ts';
import { roundRobin } from './round-robin.ts';

export function createBalancer(model: BalancerModel): Balancer {
  switch (model.type) {
    case 'first':
      return { pick: ([target]) => target! };
    default:
      return roundRobin();
  }
}
