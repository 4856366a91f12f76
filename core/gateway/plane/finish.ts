import type { Socket } from 'node:net';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';

/** Milliseconds that a caller has to notice an answer while it still sends. */
const LINGER_MS = 1_000;

/**
 * Ends an answer. A caller that still sends a large body is listened to for a moment: a connection that is closed while data comes in is reset, and the
 * answer could be lost with it (RFC 9112 §9.6). Then the connection ends, so that nobody keeps it busy with a body that no one wants.
 */
export function finish(exchange: GatewayExchange): void {
  const { sink } = exchange;
  const body = exchange.unreadBody;
  if (body === undefined || sink.shouldKeepAlive === undefined) {
    sink.end();
    return;
  }
  const end = () => {
    clearTimeout(late);
    body.off('end', end);
    sink.end();
    if (!body.readableEnded) sink.destroy();
  };
  const late = setTimeout(end, LINGER_MS);
  body.once('end', end);
  sink.once('close', () => clearTimeout(late));
  sink.flushHeaders?.();
  body.resume();
}

/** Ends an answer of which the rest is missing, so that nobody takes it for a whole one: with a reset, where the end of the connection is the end of the body. */
export function breakOff(sink: AnswerSink, problem: Error): void {
  const { socket, chunkedEncoding } = sink as { socket?: Socket | null; chunkedEncoding?: boolean };
  if (chunkedEncoding === false && socket && !('encrypted' in socket)) socket.resetAndDestroy();
  sink.destroy(problem);
}
