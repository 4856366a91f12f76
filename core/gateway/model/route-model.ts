import type { FieldCondition } from './field-condition.ts';
import type { PathPattern } from './path-pattern.ts';
import type { PathRewrite } from './path-rewrite.ts';
import type { Place } from './place.ts';
import type { PolicyUse } from './policy-use.ts';

/** Whose rules decide where they differ: errors, error bodies, headers that are added. */
export type Compat = 'native' | 'ocelot' | 'ocelot-24.0';

export interface RouteModel {
  readonly id: string;
  readonly place: Place;
  readonly compat: Compat;
  readonly match: RouteMatch;
  readonly authenticate: AuthenticationUse;
  /** After those of the gateway, outermost first. */
  readonly policies: readonly PolicyUse[];
  readonly to: Destination;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Milliseconds until the upstream's headers are there; default 60,000. */
  readonly timeoutMs?: number;
  /** Larger request bodies are refused with 413; default the listener's. */
  readonly maxBodyBytes?: number;
}

/** All of it must hold. */
export interface RouteMatch {
  readonly path: PathPattern;
  /** Upper case; none: every method. */
  readonly methods: readonly string[];
  /** Lower case without port, `*.example.com` for one or more labels; none: every host. */
  readonly hosts: readonly string[];
  /** Hosts are as they are written, upper and lower case included, as Ocelot compares them. */
  readonly hasExactHosts?: boolean;
  readonly headers: readonly FieldCondition[];
  readonly query: readonly FieldCondition[];
  /** Higher first. Equal ones: native routes by how exact they are, Ocelot's by their order. */
  readonly priority: number;
}

/** Tried in order; the first that knows the caller wins. `optional` goes on without a caller where no credential came, never with a bad one. */
export interface AuthenticationUse {
  readonly mode: 'none' | 'optional' | 'required';
  readonly schemes: readonly PolicyUse[];
}

export type Destination =
  | {
      readonly kind: 'upstream';
      /** Name of an upstream. */
      readonly upstream: string;
      readonly path: PathRewrite;
      readonly method?: string;
      /** Default `upstream`: the authority of the target. */
      readonly host: 'upstream' | 'caller' | { readonly value: string };
      /** Adds Forwarded and X-Forwarded-*. Native routes do. */
      readonly forwarded: boolean;
    }
  /** A policy answers: mock, workflow, aggregate. */
  | { readonly kind: 'policies' };
