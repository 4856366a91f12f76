import type { Ready, SharedState } from '@backplane/sdk';
import type { Limiter, Verdict } from './limiter.ts';

export interface SlidingWindowOptions {
  readonly shared: SharedState;
  readonly limit: number;
  readonly periodMs: number;
  now(): number;
}

/** So many counts of ended windows are remembered. */
const REMEMBERED = 10_000;

/**
 * So many in the period that ends now, estimated from two windows of the clock: what came in the current one, and of the one before the share
 * that still lies in the period. Refused requests are taken back, or a caller who keeps trying would never pass again.
 */
export function slidingWindow({ shared, limit, periodMs, now }: SlidingWindowOptions): Limiter {
  const life = { ttlMs: 2 * periodMs };
  // The count of a window that is over does not change: asked for once, together with the addition.
  let remembered = new Map<string, number>();

  function verdict(key: string, cost: number, time: number, count: number, before: number): Verdict {
    const elapsed = time % periodMs;
    const estimate = count + before * (1 - elapsed / periodMs);
    const resetMs = (count > 0 ? 2 : 1) * periodMs - elapsed;
    if (estimate <= limit)
      return { isAllowed: true, limit, remaining: Math.floor(limit - estimate), resetMs, retryMs: 0 };
    takeBack(key, cost);
    const others = count - cost;
    const free = limit - cost;
    const remaining = Math.max(0, Math.floor(limit - estimate + cost));
    if (free < 0) return { isAllowed: false, limit, remaining, resetMs, retryMs: resetMs };
    const retryMs =
      others <= free
        ? periodMs * (1 - (free - others) / before) - elapsed
        : periodMs - elapsed + periodMs * Math.max(0, 1 - free / others);
    return { isAllowed: false, limit, remaining, resetMs, retryMs: Math.max(1, Math.ceil(retryMs)) };
  }

  function takeBack(key: string, cost: number): void {
    const done = shared.add(key, -cost, life);
    // Nobody waits for it: at worst the estimate stays too high until the window ends.
    if (done instanceof Promise) done.catch(() => {});
  }

  function remember(key: string, count: number): number {
    if (remembered.size >= REMEMBERED) remembered = new Map();
    remembered.set(key, count);
    return count;
  }

  return {
    limit,
    windowMs: periodMs,
    take(base, cost): Ready<Verdict> {
      const time = now();
      const index = Math.floor(time / periodMs);
      const key = `${base}/${index}`;
      const beforeKey = `${base}/${index - 1}`;
      const known = remembered.get(beforeKey);
      const added = shared.add(key, cost, life);
      const asked = known ?? shared.get(beforeKey);
      if (!(added instanceof Promise) && !(asked instanceof Promise))
        return verdict(key, cost, time, added.count, known ?? remember(beforeKey, Number(asked ?? 0)));
      return Promise.all([added, asked]).then(([{ count }, before]) =>
        verdict(key, cost, time, count, known ?? remember(beforeKey, Number(before ?? 0))),
      );
    },
  };
}
