import type { PolicyUse } from './policy-use.ts';
import type { RegistrationModel } from './registration-model.ts';
import type { RouteModel } from './route-model.ts';
import type { UpstreamModel } from './upstream-model.ts';

/**
 * What a gateway does, as plain JSON: made from files by the host, sent to every worker, compiled there into a snapshot. Secrets stand in
 * it in the clear, so it is never printed.
 */
export interface GatewayModel {
  /** In the order of the files. */
  readonly routes: readonly RouteModel[];
  readonly upstreams: readonly UpstreamModel[];
  /** For every request, also where no route is found; outermost first. */
  readonly policies: readonly PolicyUse[];
  /** What the gateway announces to registries. */
  readonly registrations: readonly RegistrationModel[];
}

export const EMPTY_MODEL: GatewayModel = { routes: [], upstreams: [], policies: [], registrations: [] };
