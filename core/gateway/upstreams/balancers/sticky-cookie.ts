import type { BalancerModel } from '../../model/upstream-model.ts';
import type { Target } from '../upstream.ts';
import type { Balancer } from './balancer.ts';
import { hashOf } from './rendezvous.ts';
import { roundRobin } from './round-robin.ts';

type Sticky = BalancerModel & { readonly type: 'sticky-cookie' };

/** A cookie of the gateway's own keeps a caller with a target; whoever has none gets the next one. */
export function stickyCookie({ cookie, ttlMs }: Sticky): Balancer {
  const next = roundRobin();
  const marks = new WeakMap<Target, string>();
  const markOf = (target: Target): string => {
    let mark = marks.get(target);
    if (mark === undefined) {
      // 32 bits tell targets apart and fit too many addresses to tell which one it is.
      mark = hashOf(`${cookie}\n${target.id}`).toString(36);
      marks.set(target, mark);
    }
    return mark;
  };
  return {
    keepsCallers: true,
    pick(targets, request) {
      const mark = request.request.cookie(cookie);
      const known = mark === undefined ? undefined : targets.find((target) => markOf(target) === mark);
      return known ?? next.pick(targets, request);
    },
    cookieFor({ request }, target) {
      const mark = markOf(target);
      // One that ends is put off with every answer.
      if (ttlMs === 0 && request.cookie(cookie) === mark) return undefined;
      const age = ttlMs === 0 ? '' : `; Max-Age=${Math.ceil(ttlMs / 1_000)}`;
      return `${cookie}=${mark}; Path=/${age}; HttpOnly; SameSite=Lax${request.scheme === 'https' ? '; Secure' : ''}`;
    },
  };
}
