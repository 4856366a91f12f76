import type { Log } from '../../log.ts';
import type { ByteStream } from '../context.ts';

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
  readonly protocol: 'http' | 'ws' | 'sse' | 'grpc';
  query(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** Only with `body.request: { buffer }`. */
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
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ByteStream;
  /** Shown by `gateway explain` and in logs, never to the caller. */
  readonly because?: string;
}

/** One request on its way through the gateway; the same object in every phase. `Own` is the policy's slot on it. */
export interface Exchange<Own = unknown> {
  readonly id: string;
  readonly request: PolicyRequest;
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
  /** Runs after the answer has been sent; never delays it. */
  defer(work: () => void | Promise<void>): void;
}

/** From `rewrite` on: what will be sent to the upstream. */
export interface UpstreamExchange<Own = unknown> extends Exchange<Own> {
  readonly upstream: {
    method: string;
    /** Path and query. */
    path: string;
    readonly headers: PolicyHeaders;
    /** Milliseconds of one attempt. */
    timeoutMs: number;
    /** Healthy ones. */
    readonly targets: readonly PolicyTarget[];
    /** What `upstream` chooses; undefined: the route's balancer chooses. */
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
    readonly fromCache: boolean;
  };
}
