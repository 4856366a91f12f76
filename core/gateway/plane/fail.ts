import { BackplaneError, type ErrorRecord, type PolicyReply } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isPromise, runSteps } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { breakOff } from './finish.ts';
import { ocelotFailure } from './ocelot-failure.ts';
import { saidToCallers } from './said-to-callers.ts';
import { sendReply } from './send-reply.ts';

/** Answers a request that cannot be served: by an `error` hook, else as a problem document, or as Ocelot does. */
export function fail(exchange: GatewayExchange, problem: unknown): void {
  // An error has been answered, or is being answered.
  if (exchange.failure !== undefined) return;
  if (exchange.sink.headersSent || exchange.isOver) {
    breakOff(exchange.sink, problem as Error);
    return;
  }
  const record = recordOf(exchange, problem);
  exchange.failure = record;
  if (record.blame === 'upstream') complain(exchange, record);
  const chain = exchange.route?.chain ?? exchange.snapshot.common;
  const answer = (stopped: boolean) => {
    if (stopped) sendReply(exchange, exchange.reply!, 'policy');
    else sendReply(exchange, failureReply(exchange, record), 'gateway');
  };
  try {
    const stopped = runSteps(exchange, chain.error);
    if (isPromise(stopped)) stopped.then(answer).catch((second) => lastResort(exchange, second));
    else answer(stopped);
  } catch (second) {
    lastResort(exchange, second);
  }
}

/** Callers are not told why. */
function complain({ surroundings, route, id }: GatewayExchange, { code, message }: ErrorRecord): void {
  const facts = { code, problem: message, route: route?.model.id, correlationId: id };
  surroundings.complaints.say(message, 'an upstream did not serve', facts);
}

function recordOf(exchange: GatewayExchange, problem: unknown): ErrorRecord {
  if (BackplaneError.is(problem)) return problem.toJSON();
  exchange.log.error('the gateway failed', {
    correlationId: exchange.id,
    problem: problem instanceof Error ? problem.stack : String(problem),
  });
  return raise.GATEWAY_FAILED({}).toJSON();
}

/** Even the hooks for errors failed. */
function lastResort(exchange: GatewayExchange, problem: unknown): void {
  exchange.log.error('the answer to an error failed', { correlationId: exchange.id, problem: String(problem) });
  const { sink } = exchange;
  if (sink.headersSent) {
    sink.destroy(problem as Error);
    return;
  }
  sink.writeHead(500, '', ['content-length', '0']);
  sink.end();
}

function failureReply(exchange: GatewayExchange, record: ErrorRecord): PolicyReply {
  if (isOcelots(exchange)) return ocelotFailure(record);
  const { status = 500, code, message, details, retryAfterMs } = record;
  const body = {
    type: 'about:blank',
    title: titleOf(status),
    status,
    code,
    ...saidToCallers(record),
    correlationId: exchange.id,
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(Array.isArray(details?.['allowed']) && { allow: details['allowed'].join(', ') }),
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    },
    body: JSON.stringify(body),
    because: message,
  };
}

function isOcelots({ route, snapshot }: GatewayExchange): boolean {
  return route === undefined ? snapshot.isOcelot : route.model.compat !== 'native';
}

function titleOf(status: number): string {
  return process.getBuiltinModule('node:http').STATUS_CODES[status] ?? 'Error';
}
