import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { raise } from '../../errors/catalogue.ts';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { Delivery, type Source } from './delivery.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** What waits for a WebSocket: the caller's side of it. */
export interface WaitingSocket {
  readonly socket: Duplex;
  /** What came after the request already. */
  readonly head: Buffer;
}

/** The answer of a request to upgrade, as long as there is none: refusals are written like any other answer. */
export function answerOn(message: IncomingMessage, socket: Duplex): AnswerSink {
  const response = new ServerResponse(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.once('finish', () => socket.end());
  return response as unknown as AnswerSink;
}

/** Asks the upstream for the WebSocket; when it agrees, both ends are joined until one goes. */
export function forwardUpgrade(exchange: GatewayExchange, waiting: WaitingSocket): void {
  const upstream = exchange.route!.upstream!;
  const { request } = exchange;
  const plan = exchange.upstream;
  const target =
    (plan.target && upstream.targetOf(plan.target)) ?? upstream.pick({ request, subject: exchange.identity?.subject });
  if (target === undefined) throw raise.GATEWAY_NO_TARGET({ upstream: upstream.name });
  const begun = performance.now();
  upstream.begun(target);
  const ended = once((outcome: Parameters<typeof upstream.ended>[1]) =>
    upstream.ended(target, outcome, performance.now() - begun),
  );
  let refusal: Delivery | undefined;
  let source: Source;
  target.connections.send(
    {
      path: plan.path,
      method: 'GET',
      headers: plan.headers.raw,
      isUpgrade: true,
      headTimeoutMs: plan.timeoutMs,
      bodyTimeoutMs: 0,
    },
    {
      begun(control) {
        source = control;
        exchange.attempts.push({ abort: (problem) => (exchange.isUpgraded ? undefined : control.abort(problem)) });
      },
      upgraded(status, raw, other) {
        exchange.isUpgraded = true;
        exchange.answer = { ...exchange.response, status, source: 'upstream' };
        join(waiting, other, headOf(status, raw), () => ended({ status }));
      },
      head(status, reason, raw) {
        refusal = new Delivery(exchange, source);
        refusal.begin(status, reason, raw, 'upstream');
      },
      piece: (piece) => refusal?.piece(piece),
      waits: () => refusal?.flush(),
      ended() {
        ended({ status: exchange.response.status });
        refusal?.end();
      },
      failed(problem) {
        const { error, outcome } = upstreamFailure(upstream.name, problem, plan.timeoutMs);
        ended(exchange.isOver ? { failure: 'cancelled' } : outcome);
        if (refusal === undefined) exchange.surroundings.fail(exchange, error);
        else refusal.fail(error);
      },
    },
  );
}

/** Milliseconds that an end has to hang up after the other one has. */
const GOODBYE_MS = 5_000;

/** The end of one is the end of the other, and neither is read faster than the other takes. */
function join({ socket, head }: WaitingSocket, other: Duplex, answer: string, done: () => void): void {
  const both = [socket, other] as const;
  for (const [from, to] of [both, both.toReversed() as [Duplex, Duplex]]) {
    from.on('error', () => to.destroy());
    // One that hangs up may still be told goodbye, but not forever.
    from.once('end', () => setTimeout(() => from.destroy(), GOODBYE_MS).unref());
    from.once('close', () => {
      to.destroy();
      done();
    });
  }
  socket.write(answer);
  if (head.byteLength > 0) other.write(head);
  socket.pipe(other);
  other.pipe(socket);
}

function headOf(status: number, raw: readonly string[]): string {
  let text = `HTTP/1.1 ${status} Switching Protocols\r\n`;
  for (let at = 0; at < raw.length; at += 2) text += `${raw[at]}: ${raw[at + 1]}\r\n`;
  return `${text}\r\n`;
}

function once<T>(work: (value: T) => void): (value: T) => void {
  let isDone = false;
  return (value) => {
    if (isDone) return;
    isDone = true;
    work(value);
  };
}
