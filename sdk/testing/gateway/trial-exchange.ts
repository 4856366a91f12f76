import type {
  GatewayRouteAnswer,
  GatewayRouteCall,
  PolicyIdentity,
  PolicyRequest,
  PolicyTarget,
  ResponseExchange,
} from '../../contributions/gateway/exchange.ts';
import type { PolicyConnection } from '../../contributions/gateway/policy-connection.ts';
import type { Log } from '../../log.ts';
import { headerList } from './header-list.ts';

/** A request of a test. `GET /` unless it says more. */
export interface TrialRequest {
  readonly method?: string;
  /** Path and query. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
  readonly clientAddress?: string;
  readonly scheme?: 'http' | 'https';
  readonly protocol?: PolicyRequest['protocol'];
  readonly connection?: Partial<PolicyConnection>;
  readonly signal?: AbortSignal;
  /** As if another policy had authenticated the caller. */
  readonly identity?: PolicyIdentity;
}

export interface TrialRoute {
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

export interface TrialSurroundings {
  readonly id: string;
  readonly route: TrialRoute;
  readonly targets: readonly PolicyTarget[];
  /** Most bytes of a body that the policy asked to see; undefined: it did not ask. */
  readonly bufferBytes: number | undefined;
  readonly log: Log;
  defer(work: () => void | Promise<void>): void;
  call(call: GatewayRouteCall): Promise<GatewayRouteAnswer>;
}

const bytes = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);

/** One request on its way, as a gateway would make it. */
export function trialExchange(given: TrialRequest, around: TrialSurroundings): ResponseExchange {
  const { method = 'GET', url = '/', clientAddress = '192.0.2.1', scheme = 'http', protocol = 'http' } = given;
  const headers = headerList(given.headers as Readonly<Record<string, string>> | undefined);
  const parsed = new URL(url, 'http://gateway.test');
  const body = given.body === undefined ? undefined : bytes(given.body);
  const isSeen = body !== undefined && around.bufferBytes !== undefined && body.byteLength <= around.bufferBytes;
  const request: PolicyRequest = {
    method,
    url,
    path: decodeURIComponent(parsed.pathname),
    headers,
    clientAddress,
    scheme,
    host: headers.get('host')?.toLowerCase() ?? '',
    protocol,
    query: (name) => parsed.searchParams.get(name) ?? undefined,
    cookie: (name) =>
      headers
        .all('cookie')
        .flatMap((line) => line.split(/; */))
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
    bodyKind: body === undefined ? 'none' : isSeen ? 'buffered' : 'stream',
    ...(isSeen && { body }),
  };
  const { id, route, targets, log, defer, call } = around;
  let upstream: ResponseExchange['upstream'] | undefined;
  return {
    id,
    request,
    connection: { clientAddress, ...given.connection },
    route,
    identity: given.identity,
    own: undefined,
    signal: given.signal ?? new AbortController().signal,
    log,
    // As if all of it had come.
    limitBody: (maxBytes) => (body?.byteLength ?? 0) <= maxBytes,
    defer,
    call,
    // What policies have changed of the request by then goes on.
    get upstream() {
      upstream ??= {
        method,
        path: url,
        headers: headerList(headers.entries()),
        timeoutMs: 60_000,
        targets,
        target: undefined,
        attempt: 1,
      };
      return upstream;
    },
    response: { status: 0, headers: headerList(), source: 'upstream' },
  };
}
