import type { Log } from '@backplane/sdk';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

/** The log of one policy for one request. */
export function logOf(log: Log, { use }: SlotOwner, exchange: GatewayExchange): Log {
  const fields = (more: object | undefined) => ({ ...more, policy: use.id, correlationId: exchange.id });
  return {
    debug: (message, more) => log.debug(message, fields(more)),
    info: (message, more) => log.info(message, fields(more)),
    warn: (message, more) => log.warn(message, fields(more)),
    error: (message, more) => log.error(message, fields(more)),
  };
}
