import type { Place } from './place.ts';

/** One use of a policy. */
export interface PolicyUse {
  /** The same on all workers and hosts and after a reload: `orders/rate-limit`, `gateway/cors`. Unique in a model, except where several routes share one use. */
  readonly id: string;
  /** Its name among the contributions: `rate-limit`. */
  readonly policy: string;
  readonly config: unknown;
  /** An expression over `request`, `route` and `identity`; the policy is passed over where it is not true. */
  readonly when?: string;
  /** What the administrator calls it. */
  readonly label?: string;
  readonly place: Place;
}
