import type { Chain } from '../chain/chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { isPromise, runSteps, type Stopped } from '../chain/run-steps.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { changePiece } from './change-piece.ts';

const EMPTY = new Uint8Array();

/** The hooks for an answer that is held whole: each policy sees what those inside of it have made, the body included. */
export function runWhole(exchange: GatewayExchange, chain: Chain, from = 0): Stopped {
  for (let at = from; at < chain.answering.length; at += 1) {
    const stopped = runOne(exchange, chain, chain.answering[at]!);
    if (isPromise(stopped)) return stopped.then((isStopped) => isStopped || runWhole(exchange, chain, at + 1));
    if (stopped) return true;
  }
  return false;
}

function runOne(
  exchange: GatewayExchange,
  { responseHeaders, responseBody }: Chain,
  instance: PolicyInstance,
): Stopped {
  const { response } = exchange;
  const replace = (body: Uint8Array) => {
    if (body === response.body) return;
    response.body = body;
    response.headers.delete('content-length');
  };
  const changeBody = (): Stopped => {
    const changed = changePiece(exchange, [instance], response.body ?? EMPTY, true);
    if (isPromise(changed)) return changed.then((body) => void replace(body ?? EMPTY)).then(() => false);
    replace(changed ?? EMPTY);
    return false;
  };
  const before = response.body;
  const afterHead = (stopped: boolean): Stopped => {
    if (stopped) return true;
    if (response.body !== before) response.headers.delete('content-length');
    return responseBody.includes(instance) ? changeBody() : false;
  };
  const head = responseHeaders.find((step) => step.instance === instance);
  const stopped = head === undefined ? false : runSteps(exchange, [head]);
  return isPromise(stopped) ? stopped.then(afterHead) : afterHead(stopped);
}
