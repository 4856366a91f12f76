import { DEFAULT_ENVIRONMENT } from './secret-place.ts';

/** Where something stands that a run may get. */
export interface Standing {
  readonly environment: string;
  /** The workspace's own; else the organisation's. */
  readonly own: boolean;
}

/**
 * What counts of all that bear one name: the workspace's own before the organisation's, and of each that of the environment before
 * that of `default`, which stands in for others unless the environment does not fall back.
 */
export function chosen<T extends Standing>(
  found: readonly T[],
  environment: string,
  fallsBack: boolean,
): T | undefined {
  const environments = fallsBack ? [environment, DEFAULT_ENVIRONMENT] : [environment];
  for (const own of [true, false]) {
    for (const wanted of environments) {
      const hit = found.find((one) => one.own === own && one.environment === wanted);
      if (hit !== undefined) return hit;
    }
  }
  return undefined;
}
