import type { Place } from './place.ts';

/** A service behind the gateway: where it is, which target gets a request, how its health is known. */
export interface UpstreamModel {
  readonly name: string;
  readonly place: Place;
  readonly targets: TargetSource;
  readonly balancer: BalancerModel;
  readonly health: HealthModel;
  readonly pool: PoolModel;
  /** Name of the upstream that is asked while this one has no healthy target. */
  readonly failover?: string;
}

export interface TargetModel {
  /** `http`, `https`; `h2c` and `h2` speak HTTP/2. */
  readonly scheme: 'http' | 'https' | 'h2c' | 'h2';
  readonly host: string;
  readonly port: number;
  /** Share of the requests; 0 takes none. */
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export type TargetSource =
  | { readonly kind: 'static'; readonly targets: readonly TargetModel[] }
  | {
      readonly kind: 'discovery';
      /** Name of a contribution `service-discovery`. */
      readonly use: string;
      readonly config: Readonly<Record<string, unknown>>;
      readonly service: string;
      readonly namespace?: string;
      readonly tags: readonly string[];
      readonly scheme: TargetModel['scheme'];
      /** Where the registry has no watch: milliseconds between questions. */
      readonly pollMs: number;
    }
  /** Many services of one registry: each is an upstream of its own from the first request on that names it. */
  | {
      readonly kind: 'services';
      /** Name of a contribution `service-discovery`. */
      readonly use: string;
      readonly config: Readonly<Record<string, unknown>>;
      /** With parameters of the path: `{service}`, `{team}-api`. */
      readonly service: string;
      readonly namespace?: string;
      /** What stands before the first dot of the name: part of it, dropped, or the namespace. */
      readonly beforeDot: 'name' | 'nothing' | 'namespace';
      readonly tags: readonly string[];
      readonly scheme: TargetModel['scheme'];
      readonly pollMs: number;
      /** Names that callers may use, with `*` for any text. */
      readonly only: readonly string[];
      /** Names that they may not, however they are spelled. */
      readonly except: readonly string[];
      /** Most services at once. */
      readonly most: number;
      /** Milliseconds without a request after which one is let go. */
      readonly idleMs: number;
    };

export type ServicesSource = TargetSource & { readonly kind: 'services' };

export type BalancerModel =
  | { readonly type: 'first' | 'random' | 'round-robin' | 'weighted' | 'power-of-two' }
  /** `ties`: who is taken of several with as few requests; default in turn. */
  | { readonly type: 'least-connections'; readonly ties?: 'first' }
  /** `by`: `address`, `header:X-User`, `cookie:name`, `query:name`, `path`, `subject`. */
  | { readonly type: 'consistent-hash'; readonly by: string }
  /** The gateway sets the cookie, except `ocelot`, which only looks at one that the upstream sets. */
  | {
      readonly type: 'sticky-cookie';
      readonly cookie: string;
      readonly ttlMs: number;
      readonly ocelot: boolean;
    };

export interface HealthModel {
  readonly active?: {
    readonly path: string;
    readonly method: string;
    readonly everyMs: number;
    readonly timeoutMs: number;
    readonly healthyAfter: number;
    readonly unhealthyAfter: number;
    /** Inclusive. */
    readonly statuses: readonly (readonly [from: number, to: number])[];
  };
  /** Targets that keep failing are left out for a while. */
  readonly outlier?: {
    readonly consecutiveFailures: number;
    /** Milliseconds times how often it was left out in a row. */
    readonly ejectMs: number;
    /** Share of the targets, at most 100, that may be out at once; one may always be. */
    readonly maxEjectedPercent: number;
    readonly statuses: readonly (readonly [from: number, to: number])[];
  };
  /** A target that came back gets its full share only after so many milliseconds. */
  readonly slowStartMs?: number;
}

export interface PoolModel {
  /** Most connections to one target. */
  readonly connections: number;
  readonly keepAliveMs: number;
  readonly connectTimeoutMs: number;
  /** Between two pieces of a body; 0: no limit. */
  readonly bodyTimeoutMs: number;
  readonly tls?: {
    readonly verify: boolean;
    readonly serverName?: string;
    /** PEM. */
    readonly authority?: string;
    readonly certificate?: string;
    readonly key?: string;
  };
}
