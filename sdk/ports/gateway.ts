/** One request to a service behind the gateway of the host. */
export interface GatewayRequest {
  /** Name of an upstream in the gateway files. */
  readonly upstream: string;
  /** Default `GET`. */
  readonly method?: string;
  /** Path and query as they are sent, beginning with `/`. What can be understood in more than one way (`/../`, `%2e%2e`) is refused. */
  readonly path: string;
  /** Sent as they are, `Host` included; no type is made up for a body. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Whole exchange, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GatewayReply {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 8 MiB; larger ones are refused. */
  readonly body: Uint8Array;
}

/**
 * The services behind the gateway of the host, by name: with its balancers, health, stand-ins, connections and TLS, past its routes and their policies.
 * Rejects with a coded error when no answer came, and where the gateway does not run; an HTTP error status is an answer.
 */
export interface Gateway {
  request(request: GatewayRequest): Promise<GatewayReply>;
}
