import type { IncomingHttpHeaders } from 'node:http';

/** A request as its sender signed it. */
export interface WebhookCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** As sent, without `?`. */
  readonly query: string;
  /** As sent; empty when there was none. */
  readonly body: Buffer;
}

/** What a proven call shows of itself. */
export interface Proof {
  /** Of a call whose time is signed: what names it, and for how long it would be accepted again. */
  readonly once?: { readonly digest: string; readonly ttlMs: number };
}

/** One value of a header that may be sent once. */
export function headerOf({ headers }: Pick<WebhookCall, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
