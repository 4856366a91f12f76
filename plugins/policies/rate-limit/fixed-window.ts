import { andThen, type SharedState } from '@backplane/sdk';
import type { Limiter } from './limiter.ts';

export interface FixedWindowOptions {
  readonly shared: SharedState;
  readonly limit: number;
  readonly periodMs: number;
}

/** So many in a period that begins with the first request. Refused requests count too; that changes nothing before the period ends. */
export function fixedWindow({ shared, limit, periodMs }: FixedWindowOptions): Limiter {
  const life = { ttlMs: periodMs };
  return {
    limit,
    windowMs: periodMs,
    take: (key, cost) =>
      andThen(shared.add(key, cost, life), ({ count, resetMs }) => {
        const isAllowed = count <= limit;
        return { isAllowed, limit, remaining: Math.max(0, limit - count), resetMs, retryMs: isAllowed ? 0 : resetMs };
      }),
  };
}
