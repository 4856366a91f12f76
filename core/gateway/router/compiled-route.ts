import type { Chain } from '../chain/chain.ts';
import type { RequestView } from '../exchange/request-view.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { Upstream } from '../upstreams/upstream.ts';

export type Params = Readonly<Record<string, string>>;

/** A route, ready to serve. */
export interface CompiledRoute {
  readonly model: RouteModel;
  readonly chain: Chain;
  /** Undefined: a policy answers. */
  readonly upstream: Upstream | undefined;
  /** Path and query that the upstream sees. */
  readonly target: (request: RequestView, params: Params) => string;
}
