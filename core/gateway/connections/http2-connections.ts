import { type Dispatcher, Pool } from 'undici';
import { isOfConnection } from '../exchange/header-names.ts';
import type { ConnectionTarget } from './connection-target.ts';
import type { AnswerTaker, Connections, UpstreamRequest } from './connections.ts';

/** Requests at once over one connection; most servers take a hundred. */
const STREAMS = 100;

type HeaderRecord = Record<string, string | string[] | undefined>;

/** Connections of HTTP/2 to one target, which keeps requests apart on one connection. */
export class Http2Connections implements Connections {
  readonly #pool: Pool;

  constructor({ origin, isSecure, connections, keepAliveMs, connectTimeoutMs, tls }: ConnectionTarget) {
    this.#pool = new Pool(origin, {
      connections,
      pipelining: STREAMS,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: Math.max(keepAliveMs, 600_000),
      allowH2: isSecure,
      ...(!isSecure && { useH2c: true }),
      connect: { timeout: connectTimeoutMs, ...tls },
    } as Pool.Options);
  }

  send(request: UpstreamRequest, taker: AnswerTaker): void {
    this.#pool.dispatch(
      {
        path: request.path,
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers.slice(),
        body: request.body ?? null,
        headersTimeout: request.headTimeoutMs,
        bodyTimeout: request.bodyTimeoutMs,
        ...(request.isUpgrade && { upgrade: 'websocket' }),
      },
      {
        onRequestStart: (controller) => taker.begun(controller),
        onRequestUpgrade: (_controller, status, headers, socket) =>
          taker.upgraded?.(status, rawOf(headers, true), socket),
        onResponseStart: (_controller, status, headers, reason = '') => {
          if (status < 200) return;
          taker.head(status, reason, rawOf(headers, false));
          process.nextTick(() => taker.waits());
        },
        onResponseData: (_controller, piece) => taker.piece(piece),
        onResponseEnd: (_controller, trailers) => taker.ended(trailersOf(trailers)),
        onResponseError: (_controller, problem) => taker.failed(problem),
      },
    );
  }

  close(): void {
    this.#pool.close().catch(() => undefined);
  }
}

function rawOf(headers: HeaderRecord, isWhole: boolean): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    if (!isWhole && isOfConnection(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') raw.push(name, value);
    else for (const one of value ?? []) raw.push(name, one);
  }
  return raw;
}

function trailersOf(trailers: HeaderRecord | null | undefined): Readonly<Record<string, string>> | undefined {
  const some = Object.entries(trailers ?? {}).map(([name, value]) => [name, String(value)] as const);
  return some.length === 0 ? undefined : Object.fromEntries(some);
}
