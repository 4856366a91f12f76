import type { PolicyTarget, UpstreamExchange } from '@backplane/sdk';
import type { CompiledRoute, Params } from '../router/compiled-route.ts';
import type { RequestView } from './request-view.ts';
import { upstreamHeaders } from './upstream-headers.ts';
import { WireHeaders } from './wire-headers.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

/** An exchange, as far as what is sent follows from it. */
export interface PlannedExchange {
  readonly route: CompiledRoute | undefined;
  readonly request: RequestView;
  readonly params: Params;
  readonly isPeerTrusted: boolean;
  /** Whoever answered, once somebody has. */
  readonly answeredBy: PolicyTarget | undefined;
}

/** What will be sent to the upstream, as policies see and change it. */
export class UpstreamPlan implements Readonly<UpstreamExchange['upstream']> {
  method: string;
  path: string;
  readonly headers: WireHeaders;
  timeoutMs: number;
  attempt = 1;
  body?: Uint8Array;
  readonly #exchange: PlannedExchange;
  #chosen: PolicyTarget | undefined;

  constructor(exchange: PlannedExchange) {
    this.#exchange = exchange;
    this.method = upstreamMethod(exchange);
    this.path = upstreamPath(exchange);
    this.headers = new WireHeaders(headersOf(exchange));
    this.timeoutMs = exchange.route?.model.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  get target(): PolicyTarget | undefined {
    return this.#exchange.answeredBy ?? this.#chosen;
  }

  set target(target: PolicyTarget | undefined) {
    this.#chosen = target;
  }

  get targets(): readonly PolicyTarget[] {
    return this.#exchange.route?.upstream?.targets ?? [];
  }
}

export function upstreamMethod({ route, request }: PlannedExchange): string {
  return (route?.model.to.kind === 'upstream' ? route.model.to.method : undefined) ?? request.method;
}

export function upstreamPath({ route, request, params }: PlannedExchange): string {
  return route === undefined ? request.url : route.target(request, params);
}

export function upstreamTimeout({ route }: PlannedExchange): number {
  return route?.model.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}

export function headersOf({ route, request, isPeerTrusted }: PlannedExchange): string[] {
  const to = route?.model.to;
  if (to?.kind !== 'upstream') return upstreamHeaders(request, { host: undefined, forwarded: false, isPeerTrusted });
  const host = typeof to.host === 'object' ? to.host.value : to.host === 'caller' ? 'caller' : undefined;
  return upstreamHeaders(request, { host, forwarded: to.forwarded, isPeerTrusted });
}
