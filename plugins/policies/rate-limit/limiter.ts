import type { Ready } from '@backplane/sdk';

/** What a limit says of one request. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until all of the limit is there again. */
  readonly resetMs: number;
  /** Milliseconds after which the same request would pass; 0 when it is allowed. */
  readonly retryMs: number;
}

/** One limit for many keys. */
export interface Limiter {
  readonly limit: number;
  /** Milliseconds, for the header that describes the limit. */
  readonly windowMs: number;
  /** Counts a request that costs so much. */
  take(key: string, cost: number): Ready<Verdict>;
}
