import type { Verdict } from '../chain/policy-notes.ts';
import type { Place } from '../model/place.ts';

/** A request that nobody sends. */
export interface ExplainRequest {
  readonly method: string;
  /** `/orders/7?full=1`, or with scheme and host. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What the gateway would do with it, and why. */
export interface Explanation {
  readonly request: { readonly method: string; readonly host: string; readonly path: string; readonly query: string };
  /** Absent where the gateway itself refuses. */
  readonly route?: ExplainedRoute;
  /** Status and reason where there is no route. */
  readonly refused?: { readonly status: number; readonly because: string };
  /** All routes in the order in which they are asked. */
  readonly considered: readonly ConsideredRoute[];
  /** Phase by phase, in the order of their course. */
  readonly chain: readonly ExplainedPhase[];
}

export interface ExplainedRoute {
  readonly id: string;
  readonly place: Place;
  readonly params: Readonly<Record<string, string>>;
  /** Absent: a policy answers. */
  readonly upstream?: {
    readonly name: string;
    /** `GET /v2/orders/7`. */
    readonly sees: string;
    readonly targets: readonly string[];
    readonly discovery?: string;
  };
}

export interface ConsideredRoute {
  readonly id: string;
  readonly place: Place;
  readonly fits: boolean;
  readonly chosen: boolean;
  readonly because: string;
}

export interface ExplainedPhase {
  readonly phase: string;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep {
  /** The use: `orders/rate-limit`. */
  readonly use: string;
  readonly policy: string;
  readonly label?: string;
  readonly from: 'gateway' | 'scheme' | 'route';
  readonly place: Place;
  readonly onFailure: 'open' | 'closed';
  /** `depends`: on what only a real request shows. */
  readonly runs: 'yes' | 'no' | 'depends';
  /** Newest first; of a running gateway. */
  readonly verdicts: readonly Verdict[];
}
