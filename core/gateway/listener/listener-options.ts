/** One address that a gateway listens at. Plain data: it goes to the workers as it is. */
export interface EndpointOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: TlsOptions;
  /** HTTP/2 without TLS, from callers that begin with it; HTTP/1.1 goes on beside it. */
  readonly h2c?: boolean;
  /** Every connection begins with a PROXY header, version 1 or 2, and only these addresses and CIDR blocks may connect. */
  readonly proxyProtocol?: { readonly trusted: readonly string[] };
}

export interface ListenerOptions extends EndpointOptions {
  /** Milliseconds until a request's headers must be there. */
  readonly headersTimeoutMs: number;
  /** Milliseconds until all of a request must be there, however large; 0: bodies may take as long as they keep to the least pace. */
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
  /** Milliseconds that a caller may take nothing of an answer that waits for it. */
  readonly stalledMs?: number;
  /** Bytes a second that a request's body must come with on average, after five seconds of grace; 0: no least pace. */
  readonly minBodyRate?: number;
  /** Open connections of one worker; more are closed at once. */
  readonly maxConnections?: number;
  /** Further addresses with the same limits. */
  readonly also?: readonly EndpointOptions[];
}

export interface TlsOptions {
  /** PEM files. The first one serves callers that name no host, or one that no certificate has. */
  readonly certificates: readonly CertificateFiles[];
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** Certificates of callers: `request` leaves it to policies what to do with those that have none, or one that is not trusted. */
  readonly clients?: { readonly mode: 'request' | 'require'; readonly authority: string };
  /** False: HTTP/1.1 alone is offered. */
  readonly http2?: boolean;
}

export interface CertificateFiles {
  /** With the chain, the own one first. */
  readonly certificate: string;
  readonly key: string;
}

/** Its own first. */
export function addressesOf(options: ListenerOptions): readonly EndpointOptions[] {
  return [options, ...(options.also ?? [])];
}

export function pemFiles(options: ListenerOptions): string[] {
  return addressesOf(options).flatMap(({ tls }) => [
    ...(tls?.certificates.flatMap(({ certificate, key }) => [certificate, key]) ?? []),
    ...(tls?.clients === undefined ? [] : [tls.clients.authority]),
  ]);
}

export const STALLED_MS = 60_000;
export const MIN_BODY_RATE = 240;
