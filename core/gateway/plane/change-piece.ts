import { hookInTime } from '../chain/hook-in-time.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { failed, isPromise } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

type Piece = Uint8Array | undefined;

/** Hands one piece of a body from hook to hook. Throws when one fails that must not: the answer breaks off then. */
export function changePiece(
  exchange: GatewayExchange,
  hooks: readonly PolicyInstance[],
  piece: Piece,
  isLast: boolean,
  from = 0,
): Piece | Promise<Piece> {
  let current = piece;
  for (let at = from; at < hooks.length; at += 1) {
    const instance = hooks[at]!;
    if (instance.applies !== undefined && !instance.applies(exchange)) continue;
    if (current === undefined && !isLast) return undefined;
    const given = current ?? EMPTY;
    try {
      const changed = instance.hooks.responseBody!(exchange.viewOf(instance), given, isLast);
      if (isPromise(changed))
        return hookInTime(exchange, instance, 'responseBody', changed).then(
          (next) => {
            const kept = instance.body?.response === 'look' ? given : next;
            return changePiece(exchange, hooks, kept, isLast, at + 1);
          },
          (problem) => broken(exchange, instance, problem),
        );
      if (instance.body?.response !== 'look') current = changed;
    } catch (problem) {
      broken(exchange, instance, problem);
    }
  }
  return current;
}

const EMPTY = new Uint8Array();

/** A body of which a piece is missing is no body: whatever the policy says of its failures, the answer ends here. */
function broken(exchange: GatewayExchange, instance: PolicyInstance, problem: unknown): never {
  failed(exchange, instance, 'responseBody', problem);
  throw problem;
}
