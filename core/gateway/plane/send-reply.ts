import { STATUS_CODES } from 'node:http';
import type { ByteStream, PolicyReply } from '@backplane/sdk';
import type { Chain } from '../chain/chain.ts';
import { chainOfKept } from '../chain/compile-chain.ts';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { replyHeaders } from './answer-headers.ts';
import { Delivery, type Source } from './delivery.ts';
import { ocelotReply } from './ocelot-failure.ts';
import { bytesOf, mayHaveBody, pump } from './write-reply.ts';

type ReplySource = 'policy' | 'cache' | 'gateway';

/** Sends the answer of a policy on the way of all answers. `chain`: default that of the route. */
export function sendReply(exchange: GatewayExchange, given: PolicyReply, source: ReplySource, chain?: Chain): void {
  const isOcelot = exchange.route !== undefined && exchange.route.model.compat !== 'native';
  const reply = source === 'policy' && isOcelot ? ocelotReply(given) : given;
  const { body } = reply;
  const raw = replyHeaders(reply);
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array))
    sendStream(exchange, reply, raw, body, source, chain);
  else sendBytes(exchange, reply, raw, bytesOf(body), source, chain);
}

/** Sends an answer that a policy has kept. */
export function sendKept(exchange: GatewayExchange, reply: PolicyReply, by: SlotOwner): void {
  sendReply(exchange, reply, 'cache', chainOfKept(exchange.route!.chain, by));
}

function sendBytes(
  exchange: GatewayExchange,
  { status, reason = STATUS_CODES[status] ?? '' }: PolicyReply,
  raw: string[],
  bytes: Uint8Array | undefined,
  source: ReplySource,
  chain: Chain | undefined,
): void {
  closeIfUnread(exchange);
  const isHead = exchange.request.method === 'HEAD';
  const length = bytes?.byteLength ?? 0;
  // Nothing to HEAD may be all that a policy was told: how long the answer to GET is, it does not say.
  if (mayHaveBody(status) && !(isHead && length === 0)) raw.push('content-length', String(length));
  const delivery = new Delivery(exchange, NO_SOURCE, chain);
  delivery.begin(status, reason, raw, source);
  if (bytes !== undefined && !isHead) delivery.piece(bytes);
  delivery.end();
}

function sendStream(
  exchange: GatewayExchange,
  { status, reason = STATUS_CODES[status] ?? '' }: PolicyReply,
  raw: string[],
  body: ByteStream,
  source: ReplySource,
  chain: Chain | undefined,
): void {
  closeIfUnread(exchange);
  const gate = new Gate();
  const delivery = new Delivery(exchange, gate, chain);
  delivery.begin(status, reason, raw, source);
  void pump(body, (piece) => {
    delivery.piece(piece);
    return gate.opened;
  }).then(
    () => delivery.end(),
    (problem) => delivery.fail(problem),
  );
}

/** The rest of the body is not waited for, and the caller is told. */
function closeIfUnread({ sink, unreadBody }: GatewayExchange): void {
  if (sink.shouldKeepAlive === true && unreadBody !== undefined) sink.shouldKeepAlive = false;
}

const NO_SOURCE: Source = { pause() {}, resume() {}, abort() {} };

/** Holds back whoever reads a stream while the caller does not keep up. */
class Gate implements Source {
  #waiting: PromiseWithResolvers<void> | undefined;
  #problem: Error | undefined;

  get opened(): Promise<void> | undefined {
    if (this.#problem !== undefined) throw this.#problem;
    return this.#waiting?.promise;
  }

  pause(): void {
    this.#waiting ??= Promise.withResolvers();
  }

  resume(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  abort(problem: Error): void {
    this.#problem = problem;
    this.resume();
  }
}
