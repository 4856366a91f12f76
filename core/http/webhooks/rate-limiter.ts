import { raise } from '../../errors/catalogue.ts';
import type { RateLimit } from '../../workflow/webhook-trigger.ts';

interface Bucket {
  tokens: number;
  /** Milliseconds of a monotonic clock. */
  at: number;
}

const MOST_BUCKETS = 10_000;

/**
 * Token buckets of this process, one a webhook: a burst of `requests`, then as many spread over `perSeconds`. Hosts that share a
 * database count each for itself.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Throws WEBHOOK_RATE_LIMITED with the time until the next request. `now`: milliseconds of a monotonic clock. */
  take(name: string, { requests, perSeconds }: RateLimit, now: number): void {
    const perMs = requests / (perSeconds * 1000);
    const { tokens, at } = this.#buckets.get(name) ?? { tokens: requests, at: now };
    const filled = Math.min(requests, tokens + (now - at) * perMs);
    const left = filled >= 1 ? filled - 1 : filled;
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: left, at: now });
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (filled >= 1) return;
    throw raise.WEBHOOK_RATE_LIMITED({ requests, perSeconds }, { retryAfterMs: Math.ceil((1 - filled) / perMs) });
  }
}
