/** Outside the tier `trusted` there is no `FormData`. */
export type HttpBody = string | Uint8Array | FormData | URLSearchParams;

/** One outbound request. The host checks the target, applies limits and records the call; the caller says only what to send. */
export interface HttpRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Or a function that makes it, called at most once and only when the body is really needed: a fixture may never ask. */
  readonly body?: HttpBody | (() => HttpBody);
  /** Whole exchange, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  readonly followRedirects?: boolean;
  readonly maxRedirects?: number;
  readonly verifyTls?: boolean;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Extra certificate authority, PEM. */
  readonly certificateAuthority?: string;
  readonly signal?: AbortSignal;
  /** Larger answers are refused; default 100 MiB. */
  readonly maxResponseBytes?: number;
}

export interface HttpReply {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Where the answer came from after redirects. */
  readonly url: string;
  /**
   * Set on answers from a fixture. They never change, so waiting for another one is pointless; `data`, where the fixture has more than
   * text, stands for the body however it would be read.
   */
  readonly fixture?: { readonly data?: unknown };
}

/** Sends requests on behalf of a plugin. Rejects with a coded error when no answer came; an HTTP error status is an answer. */
export interface Http {
  send(request: HttpRequest): Promise<HttpReply>;
}
