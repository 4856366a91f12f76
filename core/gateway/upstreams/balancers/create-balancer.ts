import type { BalancerModel } from '../../model/upstream-model.ts';
import type { Balancer } from './balancer.ts';
import { consistentHash } from './consistent-hash.ts';
import { leastConnections } from './least-connections.ts';
import { ocelotSticky } from './ocelot-sticky.ts';
import { powerOfTwo } from './power-of-two.ts';
import { roundRobin } from './round-robin.ts';
import { stickyCookie } from './sticky-cookie.ts';
import type { StickySessions } from './sticky-sessions.ts';
import { weighted } from './weighted.ts';

/** `sessions` are those of all upstreams, as Ocelot has them. */
export function createBalancer(model: BalancerModel, sessions: StickySessions, random = Math.random): Balancer {
  switch (model.type) {
    case 'first':
      return { pick: ([target]) => target! };
    case 'random':
      return { pick: (targets) => targets[Math.floor(random() * targets.length)]! };
    case 'round-robin':
      return roundRobin();
    case 'weighted':
      return weighted();
    case 'least-connections':
      return leastConnections(model.ties);
    case 'power-of-two':
      return powerOfTwo(random);
    case 'consistent-hash':
      return consistentHash(model.by);
    case 'sticky-cookie':
      return model.ocelot ? ocelotSticky(model, sessions) : stickyCookie(model);
  }
}
