import type { TargetSource } from '../../model/upstream-model.ts';

export interface RouteTargets {
  readonly source: TargetSource;
  /** Goes before the path: Service Fabric names its services there. */
  readonly pathPrefix: string;
}
