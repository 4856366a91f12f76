import type { PolicyTarget } from '@backplane/sdk';
import type { Connections } from '../connections/connections.ts';
import type { RequestView } from '../exchange/request-view.ts';
import type { PoolModel } from '../model/upstream-model.ts';

/** One address of a service, with its connections. */
export interface Target extends PolicyTarget {
  readonly connections: Connections;
  /** Requests under way. */
  active: number;
}

/** What a balancer may look at. */
export interface BalancedRequest {
  readonly request: RequestView;
  readonly subject: string | undefined;
}

/** How a try ended, for balancers and health. */
export type TryOutcome =
  | { readonly status: number }
  | { readonly failure: 'connect' | 'timeout' | 'broken' | 'cancelled' };

export interface TargetState {
  readonly id: string;
  readonly isHealthy: boolean;
  readonly weight: number;
  readonly active: number;
  /** Why it gets no requests. */
  readonly because?: string;
}

export interface UpstreamState {
  readonly name: string;
  readonly targets: readonly TargetState[];
  /** It is there because a request has named it. */
  readonly isFound?: boolean;
}

/** A service behind the gateway. The same object over reloads that leave it as it is. */
export interface Upstream {
  readonly name: string;
  readonly pool: PoolModel;
  /** Those that may get requests now. */
  readonly targets: readonly Target[];
  /** The next one; `tried` are passed over while there are others. Undefined: there is none. */
  pick(request: BalancedRequest, tried?: readonly PolicyTarget[]): Target | undefined;
  /** The target of a policy's choice, if it is one of this upstream or of the one that stands in for it. */
  targetOf(chosen: PolicyTarget): Target | undefined;
  /** What is known of its targets, for those who look after it. */
  state(): UpstreamState;
  begun(target: Target): void;
  ended(target: Target, outcome: TryOutcome, milliseconds: number): void;
  /** A header that the balancer adds to the answer: the cookie that keeps a caller with a target. */
  cookieFor?(request: BalancedRequest, target: Target): string | undefined;
}
