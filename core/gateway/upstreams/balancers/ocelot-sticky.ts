import type { BalancerModel } from '../../model/upstream-model.ts';
import type { Balancer } from './balancer.ts';
import { rendezvous } from './rendezvous.ts';
import type { StickySessions } from './sticky-sessions.ts';

type Sticky = BalancerModel & { readonly type: 'sticky-cookie' };

/**
 * Ocelot's CookieStickySessions: looks at a cookie that the service sets, keeps a session as long as it is used, and all callers without the
 * cookie share one. The first choice goes by the cookie's value where Ocelot takes the next target, so that all workers choose alike.
 */
export function ocelotSticky({ cookie, ttlMs }: Sticky, sessions: StickySessions): Balancer {
  return {
    keepsCallers: true,
    pick(targets, { request }) {
      const key = `${cookie}\n${request.cookie(cookie) ?? ''}`;
      const kept = sessions.get(key);
      const target = targets.find(({ id }) => id === kept) ?? rendezvous(targets, key);
      sessions.keep(key, target.id, ttlMs);
      return target;
    },
  };
}
