import type { PolicyOutcome } from '@backplane/sdk';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { isPromise } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

/** The caller has everything, or has gone: what is still under way ends, and the `log` hooks are told. */
export function settle(exchange: GatewayExchange): void {
  if (exchange.isOver) return;
  const { sink, snapshot } = exchange;
  exchange.end(sink.writableFinished);
  const hooks = (exchange.route?.chain ?? snapshot.common).log;
  if (hooks.length > 0) tell(exchange, hooks);
  snapshot.leave();
}

function failed({ request }: GatewayExchange, { notes }: PolicyInstance, problem: unknown): void {
  notes.failure('log', `${request.method} ${request.rawPath}`, problem);
}

/** Said to have been the status of a request whose caller did not wait. */
const CLIENT_CLOSED = 499;

function tell(exchange: GatewayExchange, hooks: GatewayExchange['snapshot']['common']['log']): void {
  const { answer, sink, upstreamMs, failure } = exchange;
  const outcome: PolicyOutcome = {
    status: sink.writableFinished || sink.headersSent || exchange.isUpgraded ? (answer?.status ?? 0) : CLIENT_CLOSED,
    totalMs: performance.now() - exchange.begun,
    sentBytes: exchange.sentBytes,
    receivedBytes: exchange.receivedBytes,
    ...(upstreamMs !== undefined && { upstreamMs }),
    ...(failure !== undefined && { error: failure }),
  };
  for (const instance of hooks) {
    if (instance.applies !== undefined && !instance.applies(exchange)) continue;
    try {
      const told: unknown = instance.hooks.log!(exchange.viewOf(instance), outcome);
      // Nobody waits for it, and it may fail all the same.
      if (isPromise(told)) told.catch((problem) => failed(exchange, instance, problem));
    } catch (problem) {
      failed(exchange, instance, problem);
    }
  }
}
