import type { Chain } from '../chain/chain.ts';
import { isPreflight, type RequestView } from '../exchange/request-view.ts';
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

/** Whether a request needs not say who it comes from: preflights carry no credentials, and Ocelot asks for none with any OPTIONS. */
export function isUnasked(request: RequestView, { model }: CompiledRoute): boolean {
  if (request.method !== 'OPTIONS') return false;
  return model.compat !== 'native' || isPreflight(request);
}
