import type { PolicyTarget, UpstreamExchange } from '@backplane/sdk';
import type { GatewayExchange } from './gateway-exchange.ts';
import { upstreamHeaders } from './upstream-headers.ts';
import { WireHeaders } from './wire-headers.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

/** What will be sent to the upstream, as policies see and change it. */
export class UpstreamPlan implements Readonly<UpstreamExchange['upstream']> {
  method: string;
  path: string;
  readonly headers: WireHeaders;
  timeoutMs: number;
  attempt = 1;
  body?: Uint8Array;
  readonly #exchange: GatewayExchange;
  #chosen: PolicyTarget | undefined;

  constructor(exchange: GatewayExchange) {
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

export function upstreamMethod({ route, request }: GatewayExchange): string {
  return (route?.model.to.kind === 'upstream' ? route.model.to.method : undefined) ?? request.method;
}

export function upstreamPath({ route, request, params }: GatewayExchange): string {
  return route === undefined ? request.url : route.target(request, params);
}

export function upstreamTimeout({ route }: GatewayExchange): number {
  return route?.model.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}

export function headersOf({ route, request, isPeerTrusted }: GatewayExchange): string[] {
  const to = route?.model.to;
  if (to?.kind !== 'upstream') return upstreamHeaders(request, { host: undefined, forwarded: false, isPeerTrusted });
  const host = typeof to.host === 'object' ? to.host.value : to.host === 'caller' ? 'caller' : undefined;
  return upstreamHeaders(request, { host, forwarded: to.forwarded, isPeerTrusted });
}
