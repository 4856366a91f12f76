import type { PolicyRequest } from '@backplane/sdk';
import { decodeSegment } from './safe-path.ts';
import { rawHeader, WireHeaders } from './wire-headers.ts';

/** What is known of a request before anybody looks closer. */
export interface RequestFacts {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly clientAddress: string;
  /** The other end of the connection. */
  readonly peerAddress: string;
  readonly scheme: 'http' | 'https';
  readonly protocol: PolicyRequest['protocol'];
  readonly hasBody: boolean;
}

/** A request as policies see it. Whatever must be computed is computed when somebody asks. */
export class RequestView implements PolicyRequest {
  readonly method: string;
  readonly url: string;
  readonly clientAddress: string;
  readonly peerAddress: string;
  readonly scheme: 'http' | 'https';
  readonly protocol: PolicyRequest['protocol'];
  /** Path as sent. */
  readonly rawPath: string;
  /** Query as sent, without `?`. */
  readonly rawQuery: string;
  readonly rawHeaders: readonly string[];
  bodyKind: PolicyRequest['bodyKind'];
  body?: Uint8Array;
  #headers: WireHeaders | undefined;
  #path: string | undefined;
  #query: URLSearchParams | undefined;
  #cookies: ReadonlyMap<string, string> | undefined;

  constructor(facts: RequestFacts) {
    const { url } = facts;
    this.method = facts.method;
    this.url = url;
    this.clientAddress = facts.clientAddress;
    this.peerAddress = facts.peerAddress;
    this.scheme = facts.scheme;
    this.protocol = facts.protocol;
    this.rawHeaders = facts.rawHeaders;
    this.bodyKind = facts.hasBody ? 'stream' : 'none';
    const mark = url.indexOf('?');
    this.rawPath = mark === -1 ? url : url.slice(0, mark);
    this.rawQuery = mark === -1 ? '' : url.slice(mark + 1);
  }

  /** The same request for another path. */
  at(path: string): RequestView {
    const { method, rawHeaders, clientAddress, peerAddress, scheme, protocol, rawQuery } = this;
    const url = rawQuery === '' ? path : `${path}?${rawQuery}`;
    return new RequestView({ method, url, rawHeaders, clientAddress, peerAddress, scheme, protocol, hasBody: false });
  }

  get headers(): WireHeaders {
    this.#headers ??= new WireHeaders(this.rawHeaders);
    return this.#headers;
  }

  /** As they are now, without making a view of them. */
  get currentHeaders(): readonly string[] {
    return this.#headers === undefined ? this.rawHeaders : this.#headers.raw;
  }

  get path(): string {
    this.#path ??= this.rawPath.split('/').map(decodeSegment).join('/');
    return this.#path;
  }

  get host(): string {
    return this.rawHost.toLowerCase();
  }

  /** As sent. */
  get rawHost(): string {
    return rawHeader(this.rawHeaders, 'host') ?? rawHeader(this.rawHeaders, ':authority') ?? '';
  }

  query(name: string): string | undefined {
    this.#query ??= new URLSearchParams(this.rawQuery);
    return this.#query.get(name) ?? undefined;
  }

  cookie(name: string): string | undefined {
    this.#cookies ??= readCookies(this.currentHeaders);
    return this.#cookies.get(name);
  }
}

/** Whether a browser asks if it may make a request (Fetch Standard §3.3.2). It sends no credentials then. */
export function isPreflight(request: RequestView): boolean {
  return request.method === 'OPTIONS' && request.headers.get('access-control-request-method') !== undefined;
}

function readCookies(raw: readonly string[]): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.toLowerCase() !== 'cookie') continue;
    for (const pair of raw[at + 1]!.split(';')) {
      const equals = pair.indexOf('=');
      if (equals === -1) continue;
      const name = pair.slice(0, equals).trim();
      if (!cookies.has(name))
        cookies.set(
          name,
          pair
            .slice(equals + 1)
            .trim()
            .replace(/^"(.*)"$/, '$1'),
        );
    }
  }
  return cookies;
}
