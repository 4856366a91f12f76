import type { Exchange, PolicyReply } from './exchange.ts';
import { problemReply } from './problem-reply.ts';

/** A refusal for now: whoever knows callers cannot be asked. `because`: for logs and `gateway explain`. */
export function identityUnavailable(exchange: Pick<Exchange, 'id'>, because: string): PolicyReply {
  return problemReply({
    status: 503,
    code: 'GATEWAY_IDENTITY_UNAVAILABLE',
    title: 'Identity cannot be checked',
    detail: 'Who you are cannot be checked at the moment. Try again.',
    exchange,
    headers: { 'retry-after': '1' },
    because,
  });
}
