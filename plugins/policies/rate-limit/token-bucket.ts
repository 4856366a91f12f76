import type { SharedUpdates } from '@backplane/sdk';
import type { Limiter } from './limiter.ts';

export interface TokenBucketOptions {
  readonly update: SharedUpdates;
  /** Tokens that come back in a period. */
  readonly limit: number;
  readonly periodMs: number;
  /** Tokens that the bucket holds. */
  readonly burst: number;
  now(): number;
}

/**
 * A bucket of tokens that fills evenly. Kept as one number, the time at which it will be full again (the generic cell rate algorithm): what
 * was true of an older value stays true of a newer one, since that time only moves on.
 */
export function tokenBucket({ update, limit, periodMs, burst, now }: TokenBucketOptions): Limiter {
  const tokenMs = periodMs / limit;
  const fullMs = burst * tokenMs;
  return {
    limit: burst,
    windowMs: fullMs,
    take: (key, cost) =>
      update(key, (state) => {
        const time = now();
        const fullAt = Math.max(state === undefined ? time : Number(state), time);
        const next = fullAt + cost * tokenMs;
        const excess = next - time - fullMs;
        // A thousandth of a millisecond: what floating point may be wrong by.
        const isAllowed = excess <= 0.001;
        const emptyMs = (isAllowed ? next : fullAt) - time;
        const result = {
          isAllowed,
          limit: burst,
          remaining: Math.max(0, Math.floor((fullMs - emptyMs) / tokenMs + 1e-6)),
          resetMs: emptyMs,
          retryMs: isAllowed ? 0 : Math.max(1, Math.ceil(cost > burst ? fullMs : excess)),
        };
        return isAllowed ? { next: String(next), ttlMs: Math.ceil(emptyMs) + 1, result } : { ttlMs: 0, result };
      }),
  };
}
