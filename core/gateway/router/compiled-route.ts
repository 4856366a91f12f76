import type { Chain } from '../chain/chain.ts';
import { isPreflight, type RequestView } from '../exchange/request-view.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { NamedService } from '../services/service-name.ts';
import type { Upstream } from '../upstreams/upstream.ts';

export type Params = Readonly<Record<string, string>>;

/** A route, ready to serve. */
export interface CompiledRoute {
  readonly model: RouteModel;
  readonly chain: Chain;
  /** Undefined: a policy answers, or the service is named by the path. */
  readonly upstream: Upstream | undefined;
  /** The services that its path may name, each with a route of its own. */
  readonly services?: RouteServices;
  /** Path and query that the upstream sees. */
  readonly target: (request: RequestView, params: Params) => string;
}

/** The routes to services that callers name. */
export interface RouteServices {
  /** Undefined: what is no name, or may not be used. */
  nameOf(params: Params): NamedService | undefined;
  known(service: NamedService): CompiledRoute | undefined;
  /** Rejects with GATEWAY_SERVICE_UNKNOWN and the like. */
  find(service: NamedService): Promise<CompiledRoute>;
}

/** Whether a request needs not say who it comes from: preflights carry no credentials, and Ocelot asks for none with any OPTIONS. */
export function isUnasked(request: RequestView, { model }: CompiledRoute): boolean {
  if (request.method !== 'OPTIONS') return false;
  return model.compat !== 'native' || isPreflight(request);
}
