import type { PolicyOutcome } from '@backplane/sdk';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

/** The caller has everything, or has gone: what is still under way ends, and the `log` hooks are told. */
export function settle(exchange: GatewayExchange): void {
  const { sink, snapshot } = exchange;
  exchange.end(sink.writableFinished);
  const hooks = (exchange.route?.chain ?? snapshot.common).log;
  if (hooks.length > 0) tell(exchange, hooks);
  snapshot.leave();
}

/** Said to have been the status of a request whose caller did not wait. */
const CLIENT_CLOSED = 499;

function tell(exchange: GatewayExchange, hooks: GatewayExchange['snapshot']['common']['log']): void {
  const { answer, sink, upstreamMs, failure } = exchange;
  const outcome: PolicyOutcome = {
    status: sink.writableFinished || sink.headersSent ? (answer?.status ?? 0) : CLIENT_CLOSED,
    totalMs: performance.now() - exchange.begun,
    sentBytes: exchange.sentBytes,
    receivedBytes: exchange.receivedBytes,
    ...(upstreamMs !== undefined && { upstreamMs }),
    ...(failure !== undefined && { error: failure }),
  };
  for (const instance of hooks) {
    if (instance.applies !== undefined && !instance.applies(exchange)) continue;
    try {
      instance.hooks.log!(exchange.viewOf(instance), outcome);
    } catch (problem) {
      instance.notes.failure('log', `${exchange.request.method} ${exchange.request.rawPath}`, problem);
    }
  }
}
