import type { BalancedRequest, Target } from '../upstream.ts';

/** Chooses among targets that may get the request. Never asked with none. */
export interface Balancer {
  pick(targets: readonly Target[], request: BalancedRequest): Target;
  /** A cookie that keeps the caller with the target, for the answer. */
  cookieFor?(request: BalancedRequest, target: Target): string | undefined;
}
