import type { FieldCondition } from './field-condition.ts';
import type { Place } from './place.ts';

/** One use of a policy. */
export interface PolicyUse {
  /** The same on all workers and hosts and after a reload: `orders/rate-limit`, `gateway/cors`. Unique in a model, except where several routes share one use. */
  readonly id: string;
  /** Its name among the contributions: `rate-limit`. */
  readonly policy: string;
  readonly config: unknown;
  /** The policy is passed over where this does not hold. */
  readonly when?: UseCondition;
  /** What the administrator calls it. */
  readonly label?: string;
  /** The name of the authentication scheme, where the use is one. */
  readonly scheme?: string;
  readonly place: Place;
}

/** All of it must hold. */
export interface UseCondition {
  /** Upper case. */
  readonly methods?: readonly string[];
  /** A native path pattern. */
  readonly path?: string;
  readonly headers?: readonly FieldCondition[];
  readonly query?: readonly FieldCondition[];
  readonly protocols?: readonly ('http' | 'ws' | 'sse' | 'grpc')[];
  /** Whether the caller is known; only for phases after authentication. */
  readonly caller?: 'known' | 'unknown';
}
