import { raise } from '../../errors/catalogue.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { headersOf, upstreamMethod, upstreamPath, upstreamTimeout } from '../exchange/upstream-plan.ts';
import type { Target, Upstream } from '../upstreams/upstream.ts';
import { type Judge, UpstreamAnswer } from './upstream-answer.ts';

/** Sends the request to a target of its route. Throws GATEWAY_NO_TARGET. */
export function forward(exchange: GatewayExchange): void {
  const upstream = exchange.route!.upstream!;
  const chosen = exchange.plan?.target;
  const target = (chosen && upstream.targetOf(chosen)) ?? upstream.pick(balanced(exchange));
  if (target === undefined) throw raise.GATEWAY_NO_TARGET({ upstream: upstream.name });
  sendTo(exchange, upstream, target, undefined);
}

/** One try. What comes back is delivered at once, or goes to the judge. */
export function sendTo(
  exchange: GatewayExchange,
  upstream: Upstream,
  target: Target,
  judge: Judge | undefined,
): UpstreamAnswer {
  const { plan, request } = exchange;
  const timeoutMs = plan?.timeoutMs ?? upstreamTimeout(exchange);
  const body = plan?.body ?? request.body ?? exchange.takeBody();
  const answer = new UpstreamAnswer({ exchange, upstream, target, timeoutMs, judge });
  exchange.attempts.push(answer);
  const headers = plan === undefined ? headersOf(exchange) : plan.headers.raw.slice();
  if (body instanceof Uint8Array) setLength(headers, body.byteLength);
  answer.send({
    path: plan?.path ?? upstreamPath(exchange),
    method: plan?.method ?? upstreamMethod(exchange),
    headers,
    body,
    headTimeoutMs: timeoutMs,
    bodyTimeoutMs: request.protocol === 'http' ? upstream.pool.bodyTimeoutMs : 0,
  });
  return answer;
}

export function balanced({ request, identity }: GatewayExchange) {
  return { request, subject: identity?.subject };
}

/** Bodies that were held, or changed, have another length than the caller said. */
function setLength(headers: string[], length: number): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (headers[at]!.toLowerCase() === 'content-length') headers.splice(at, 2);
  }
  headers.push('content-length', String(length));
}
