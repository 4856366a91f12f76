import type { BalancedRequest, Target } from '../upstream.ts';

/** Chooses among targets that may get the request. Never asked with none. */
export interface Balancer {
  pick(targets: readonly Target[], request: BalancedRequest): Target;
  /** The choice belongs to the caller: a target that starts slowly is not passed over. */
  readonly keepsCallers?: boolean;
  /** The value of a Set-Cookie header that keeps the caller with the target; undefined: the caller has it already. */
  cookieFor?(request: BalancedRequest, target: Target): string | undefined;
}
