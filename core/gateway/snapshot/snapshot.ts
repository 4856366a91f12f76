import type { Chain, Step } from '../chain/chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import type { GatewayModel } from '../model/gateway-model.ts';
import type { CompiledRoute } from '../router/compiled-route.ts';
import type { Router } from '../router/router.ts';
import type { Upstream } from '../upstreams/upstream.ts';

/** A whole configuration, compiled. Never changes: a reload puts another in its place, and requests under way keep theirs. */
export interface Snapshot {
  readonly model: GatewayModel;
  readonly router: Router;
  readonly routes: ReadonlyMap<string, CompiledRoute>;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Of the routes whose paths name the service. */
  readonly services: readonly { readonly upstreams: readonly Upstream[] }[];
  readonly policies: readonly PolicyInstance[];
  /** Gateway-wide policies that are asked about every connection. */
  readonly connectionPolicies: readonly PolicyInstance[];
  /** The `request` hooks of the gateway's own policies, run before the route is known. */
  readonly requestSteps: readonly Step[];
  /** Every route is Ocelot's: errors before a route is known are its own too. */
  readonly isOcelot: boolean;
  /** What answers where there is no route. */
  readonly common: Chain;
  /** A request began with it. */
  enter(): void;
  /** It ended. */
  leave(): void;
  /** Closes its policies once the last request that has it has ended, at the latest after so many milliseconds. */
  retire(graceMs: number): Promise<void>;
}
