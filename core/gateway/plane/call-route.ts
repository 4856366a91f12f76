import type { GatewayRouteAnswer, GatewayRouteCall } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { RequestView } from '../exchange/request-view.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { serveRoute } from './course.ts';
import { settle } from './settle.ts';

const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/**
 * A policy's request to another route of the same snapshot: its whole chain runs, for the same caller. Rejects with GATEWAY_CALL_UNKNOWN,
 * GATEWAY_CALL_CIRCLE or GATEWAY_CALL_TOO_LARGE; an error of the other route is an answer.
 */
export async function callRoute(from: GatewayExchange, call: GatewayRouteCall): Promise<GatewayRouteAnswer> {
  const route = from.snapshot.routes.get(call.route);
  if (route === undefined) throw raise.GATEWAY_CALL_UNKNOWN({ route: call.route });
  const callers = [...from.callers, from.route?.model.id ?? ''];
  if (callers.includes(call.route)) throw raise.GATEWAY_CALL_CIRCLE({ route: call.route });
  const { maxBytes = DEFAULT_MAX_BYTES } = call;
  const sink = new CollectedAnswer(maxBytes, () => raise.GATEWAY_CALL_TOO_LARGE({ route: call.route, maxBytes }));
  const { request: before } = from;
  const body = call.body ?? before.body;
  const request = new RequestView({
    method: call.method ?? before.method,
    url: call.url ?? before.url,
    rawHeaders: withoutLength(call.headers === undefined ? before.currentHeaders : Object.entries(call.headers).flat()),
    clientAddress: before.clientAddress,
    peerAddress: before.peerAddress,
    scheme: before.scheme,
    protocol: 'http',
    hasBody: false,
  });
  if (body !== undefined) {
    request.body = body;
    request.bodyKind = 'buffered';
  }
  const exchange = new GatewayExchange({
    request,
    connection: from.connection,
    snapshot: from.snapshot,
    sink,
    surroundings: from.surroundings,
    isPeerTrusted: from.isPeerTrusted,
    body: undefined,
    callers,
  });
  exchange.id = from.id;
  exchange.route = route;
  exchange.params = call.params ?? paramsOf(from, route.model.id, request);
  from.snapshot.enter();
  sink.once('close', () => settle(exchange));
  const leave = () => sink.destroy(new Error('the caller has gone'));
  const signal = call.signal === undefined ? from.signal : AbortSignal.any([from.signal, call.signal]);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    serveRoute(exchange);
    const { status, headers, body } = await sink.answer;
    return { status, headers, body, isFromUpstream: exchange.answer?.source === 'upstream' };
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** What the path gives, where it fits the other route. */
function paramsOf(from: GatewayExchange, route: string, request: RequestView): Readonly<Record<string, string>> {
  const found = from.snapshot.router.find(request);
  return found?.route.model.id === route ? found.params : from.params;
}

function withoutLength(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!/^(?:content-length|transfer-encoding|connection|upgrade)$/i.test(raw[at]!)) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}
