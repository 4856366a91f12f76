import type { Log } from '../../log.ts';
import type { ByteStream } from '../context.ts';
import type { PolicyConnection } from './policy-connection.ts';

/** Headers in the order and spelling of the wire; names are found whatever their case. */
export interface PolicyHeaders {
  /** The first value. */
  get(name: string): string | undefined;
  all(name: string): readonly string[];
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
  entries(): Iterable<readonly [name: string, value: string]>;
}

export interface PolicyRequest {
  readonly method: string;
  /** As sent: path and query. */
  readonly url: string;
  /** Decoded, dot segments resolved. */
  readonly path: string;
  readonly headers: PolicyHeaders;
  /** Of the connection, or of a trusted proxy's header. */
  readonly clientAddress: string;
  /** How the caller came: of the connection, or of a trusted proxy's header. */
  readonly scheme: 'http' | 'https';
  /** Name and port that the caller asked for, lower case; empty when it named none. */
  readonly host: string;
  readonly protocol: 'http' | 'ws' | 'sse' | 'grpc';
  query(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** `buffered`: it stands in `body` and can be sent again; `stream`: it can be sent once. */
  readonly bodyKind: 'none' | 'buffered' | 'stream';
  /** Only with `body.request: { buffer }`, and not when it was larger and `onOverflow` is `skip`. */
  readonly body?: Uint8Array;
}

export interface PolicyIdentity {
  readonly subject: string;
  /** Name of the authentication scheme. */
  readonly scheme: string;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whom quotas count against, where that is not the subject. */
  readonly consumer?: string;
}

export interface PolicyTarget {
  readonly id: string;
  /** `https://10.0.0.7:8443`. */
  readonly origin: string;
  readonly weight: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An answer that a policy gives instead of the upstream. */
export interface PolicyReply {
  readonly status: number;
  /** Text beside the status; default the usual one. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ByteStream;
  /** Shown by `gateway explain` and in logs, never to the caller. */
  readonly because?: string;
}

/** A request of a policy to a route of its own gateway: aggregates, mirrors. */
export interface GatewayRouteCall {
  /** Id of the route; its whole chain runs, for the same caller. */
  readonly route: string;
  /** Default: what the caller sent. */
  readonly method?: string;
  /** Path and query; default: what the caller sent. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Values for the parameters of the route's path, instead of those that the path gives. */
  readonly params?: Readonly<Record<string, string>>;
  /** Larger answers are refused; default 8 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface GatewayRouteAnswer {
  readonly status: number;
  readonly headers: PolicyHeaders;
  readonly body: Uint8Array;
  /** The upstream answered; otherwise a policy or an error of the gateway did. */
  readonly isFromUpstream: boolean;
}

/** One request on its way through the gateway; the same object in every phase. `Own` is the policy's slot on it. */
export interface Exchange<Own = unknown> {
  /** Names the request in logs and answers; the policy that reads it from a header sets it. */
  id: string;
  readonly request: PolicyRequest;
  readonly connection: PolicyConnection;
  readonly route: {
    readonly id: string;
    readonly params: Readonly<Record<string, string>>;
    readonly metadata: Readonly<Record<string, string>>;
    readonly tags: readonly string[];
  };
  /** Undefined before `authenticate` has set it. */
  identity: PolicyIdentity | undefined;
  /** What this policy keeps from one phase to the next. */
  own: Own | undefined;
  /** Aborts when the caller has gone or the time is up. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Takes no more of the body than this, where the route would take more: one that turns out longer while it streams past is refused with 413, or
   * breaks off where the answer has begun. False: it says, or has shown, that it is longer.
   */
  limitBody(maxBytes: number): boolean;
  /** Runs after the answer has been sent; never delays it. */
  defer(work: () => void | Promise<void>): void;
  /** Rejects when no route has that id, when routes call each other in a circle, or when the answer is too large. */
  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer>;
}

/** From `rewrite` on: what will be sent to the upstream. */
export interface UpstreamExchange<Own = unknown> extends Exchange<Own> {
  readonly upstream: {
    method: string;
    /** Path and query. */
    path: string;
    readonly headers: PolicyHeaders;
    /** Only with `body.request: { buffer }`: sent instead of the caller's. */
    body?: Uint8Array;
    /** Milliseconds of one attempt until its headers are there. */
    timeoutMs: number;
    /** Healthy ones. */
    readonly targets: readonly PolicyTarget[];
    /** What `upstream` chooses; undefined: the route's balancer chooses. In the response phases: who answered. */
    target: PolicyTarget | undefined;
    /** Counts from 1. */
    readonly attempt: number;
  };
}

export interface ResponseExchange<Own = unknown> extends UpstreamExchange<Own> {
  readonly response: {
    status: number;
    readonly headers: PolicyHeaders;
    /** Only with `body.response: { buffer }`; setting it replaces the body. */
    body?: Uint8Array;
    /** Who answered. The response phases run for all of them. */
    readonly source: 'upstream' | 'cache' | 'policy' | 'gateway';
  };
}
