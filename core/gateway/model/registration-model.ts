import type { Place } from './place.ts';

/** A service that the gateway announces to a registry while it runs: itself, or one that cannot do it by itself. */
export interface RegistrationModel {
  readonly place: Place;
  /** Name of a contribution `service-discovery`. */
  readonly use: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly service: string;
  /** Unique in the registry; default made from service, host and port. */
  readonly id?: string;
  /** Default: where the gateway listens. */
  readonly host?: string;
  readonly port?: number;
  readonly scheme: 'http' | 'https';
  readonly weight: number;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Asked by the registry. */
  readonly health?: { readonly path: string; readonly everyMs: number; readonly timeoutMs: number };
}
