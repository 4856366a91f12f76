import { raise } from '../../errors/catalogue.ts';
import type { BufferLimit } from '../chain/buffer-limit.ts';
import type { Chain } from '../chain/chain.ts';
import { bufferOf, chainOutside } from '../chain/compile-chain.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { isPromise, runSteps, type Stopped } from '../chain/run-steps.ts';
import type { AnswerState, GatewayExchange } from '../exchange/gateway-exchange.ts';
import { latin1 } from '../exchange/latin1.ts';
import { WireHeaders } from '../exchange/wire-headers.ts';
import { saidLength } from './answer-headers.ts';
import { changePiece } from './change-piece.ts';
import { breakOff, finish } from './finish.ts';
import { runWhole } from './run-whole.ts';
import { writeReply } from './write-reply.ts';

/** Where the pieces of an answer come from. */
export interface Source {
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. */
  abort(problem: Error): void;
}

type Stage = 'waiting' | 'holding' | 'deciding' | 'open' | 'ended';

/**
 * The way of one answer to the caller: the `responseHeaders` hooks, the head, then piece by piece through the `responseBody` hooks, at the
 * pace at which the caller reads. Without such hooks the pieces go straight through. What breaks off after the head ends the
 * connection: a caller never takes half an answer for a whole one.
 */
export class Delivery {
  readonly #exchange: GatewayExchange;
  readonly #source: Source;
  readonly #chain: Chain;
  #stage: Stage = 'waiting';
  #reason = '';
  #limit: BufferLimit | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Pieces that came while a hook was thinking. */
  #queue: Uint8Array[] | undefined;
  #isLastQueued = false;
  /** All of the body was held: the hooks see it at once. */
  #isWhole = false;
  /** Length of the body as the head says it. */
  #wholeBytes = -1;
  /** The caller does not keep up. */
  #isFull = false;
  #trailers: Readonly<Record<string, string>> | undefined;

  constructor(exchange: GatewayExchange, source: Source, chain = exchange.route?.chain ?? exchange.snapshot.common) {
    this.#exchange = exchange;
    this.#source = source;
    this.#chain = chain;
  }

  /** Status and headers are there; `raw` belongs to the delivery from now on. */
  begin(status: number, reason: string, raw: string[], source: AnswerState['source']): void {
    const exchange = this.#exchange;
    this.#reason = reason;
    const chain = this.#chain;
    if (chain.responseHeaders.length === 0 && chain.responseBody.length === 0 && chain.responseBuffers.length === 0) {
      // The short way: nobody looks at it.
      this.#stage = 'open';
      this.#wholeBytes = saidLength(raw);
      exchange.answer = { status, headers: UNSEEN, source };
      exchange.sink.writeHead(status, reason, raw);
      if (source !== 'upstream') process.nextTick(flush, exchange);
      return;
    }
    exchange.answer = { status, headers: new WireHeaders(raw), source };
    this.#limit = chain.responseBuffers.length === 0 ? undefined : holdLimit(exchange, chain.responseBuffers);
    if (this.#limit !== undefined && mayBeHeld(exchange)) {
      this.#stage = 'holding';
      return;
    }
    this.#decide();
  }

  /** Nothing more is at hand: a head without a body yet goes out by itself, since the first event of a stream may come in an hour. */
  flush(): void {
    if (this.#stage === 'open') flush(this.#exchange);
  }

  piece(piece: Uint8Array): void {
    if (this.#stage === 'open') {
      if (this.#queue !== undefined) this.#queue.push(piece);
      else if (this.#chain.responseBody.length > 0) this.#change(piece, false);
      else this.#write(piece);
      return;
    }
    if (this.#stage === 'ended') return;
    this.#held.push(piece as Buffer);
    this.#heldBytes += piece.byteLength;
    const limit = this.#limit;
    if (this.#stage !== 'holding' || limit === undefined || this.#heldBytes <= limit.maxBytes) return;
    if (limit.onOverflow === 'skip') {
      this.#decide();
      return;
    }
    const upstream = this.#exchange.route?.upstream?.name ?? 'the policy';
    this.#stage = 'ended';
    this.#source.abort(new Error('the answer is too large'));
    this.#exchange.surroundings.fail(
      this.#exchange,
      raise.GATEWAY_ANSWER_TOO_LARGE({ upstream, maxBytes: limit.maxBytes }),
    );
  }

  end(trailers?: Readonly<Record<string, string>>): void {
    if (this.#stage === 'ended') return;
    this.#trailers = trailers;
    if (this.#stage === 'holding') {
      this.#isWhole = true;
      this.#exchange.response.body = Buffer.concat(this.#held);
      this.#held = [];
      this.#decide();
      return;
    }
    if (this.#stage !== 'open' || this.#queue !== undefined) {
      this.#isLastQueued = true;
      return;
    }
    if (this.#chain.responseBody.length > 0) this.#change(EMPTY, true);
    else this.#finish();
  }

  /** The source broke off. */
  fail(problem: Error): void {
    if (this.#stage === 'ended') return;
    const exchange = this.#exchange;
    const { sink, failure } = exchange;
    this.#stage = 'ended';
    if (sink.headersSent) breakOff(sink, problem);
    else if (failure === undefined) exchange.surroundings.fail(exchange, problem);
    // This was the answer to a failure already, and a hook has failed over it.
    else writeReply(exchange, { status: failure.status ?? 500 }, '');
  }

  /** The hooks that look at status and headers; then the head goes out. */
  #decide(): void {
    this.#stage = 'deciding';
    this.#source.pause();
    const open = (stopped: boolean) => (stopped ? this.#replace() : this.#open());
    try {
      const stopped: Stopped = this.#isWhole
        ? runWhole(this.#exchange, this.#chain)
        : runSteps(this.#exchange, this.#chain.responseHeaders);
      if (isPromise(stopped)) stopped.then(open).catch((problem) => this.#broken(problem));
      else open(stopped);
    } catch (problem) {
      this.#broken(problem);
    }
  }

  /** A hook answers instead. */
  #replace(): void {
    this.#stage = 'ended';
    this.#source.abort(new Error('a policy answers instead'));
    const exchange = this.#exchange;
    const outside = chainOutside(this.#chain, exchange.repliedBy!.instance);
    exchange.surroundings.reply(exchange, exchange.reply!, outside);
  }

  #open(): void {
    const exchange = this.#exchange;
    if (exchange.isOver) return;
    if (this.#isWhole) {
      this.#sendWhole();
      return;
    }
    const { status, headers, body } = exchange.response;
    if (body !== undefined || this.#chain.changesBody) headers.delete('content-length');
    if (body !== undefined && !this.#chain.changesBody && hasBody(exchange))
      headers.set('content-length', String(body.byteLength));
    if (this.#chain.responseBody.length === 0) this.#wholeBytes = saidLength(headers.raw);
    exchange.sink.writeHead(status, this.#reason, headers.raw as string[]);
    process.nextTick(flush, exchange);
    this.#stage = 'open';
    const held = body === undefined ? this.#held : [body as Buffer];
    this.#held = [];
    const isLast = this.#isLastQueued;
    this.#isLastQueued = false;
    for (const piece of held) this.piece(piece);
    if (isLast) this.end(this.#trailers);
    this.#goOn();
  }

  #sendWhole(): void {
    const exchange = this.#exchange;
    const { status, headers, body } = exchange.response;
    const bytes = hasBody(exchange) ? (body ?? EMPTY) : EMPTY;
    headers.delete('content-length');
    if (hasBody(exchange)) headers.set('content-length', String(bytes.byteLength));
    this.#stage = 'open';
    this.#wholeBytes = bytes.byteLength;
    exchange.sink.writeHead(status, this.#reason, headers.raw as string[]);
    if (bytes.byteLength > 0) this.#write(bytes);
    if (this.#isOpen) this.#finish();
  }

  get #isOpen(): boolean {
    return this.#stage === 'open';
  }

  #change(piece: Uint8Array, isLast: boolean): void {
    try {
      const changed = changePiece(this.#exchange, this.#chain.responseBody, piece, isLast);
      if (!isPromise(changed)) {
        this.#changed(changed, isLast);
        return;
      }
      this.#queue = [];
      this.#source.pause();
      changed.then((given) => this.#afterThinking(given, isLast)).catch((problem) => this.#broken(problem));
    } catch (problem) {
      this.#broken(problem);
    }
  }

  #afterThinking(changed: Uint8Array | undefined, wasLast: boolean): void {
    const queue = this.#queue ?? [];
    this.#queue = undefined;
    this.#changed(changed, wasLast);
    if (wasLast) return;
    const isLast = this.#isLastQueued;
    this.#isLastQueued = false;
    for (const piece of queue) this.piece(piece);
    if (isLast) this.end(this.#trailers);
    else this.#goOn();
  }

  #changed(piece: Uint8Array | undefined, isLast: boolean): void {
    if (piece !== undefined && piece.byteLength > 0 && hasBody(this.#exchange)) this.#write(piece);
    if (isLast) this.#finish();
  }

  #write(piece: Uint8Array): void {
    const { sink } = this.#exchange;
    this.#exchange.sentBytes += piece.byteLength;
    if (
      piece.byteLength === this.#wholeBytes &&
      piece.byteLength <= MOST_AT_ONCE &&
      this.#exchange.unreadBody === undefined
    ) {
      // Head and body as one text are one write, which costs half as much as two pieces.
      this.#stage = 'ended';
      const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      sink.end(latin1(bytes), 'latin1');
      return;
    }
    if (sink.destroyed || sink.write(piece) || this.#isFull) return;
    this.#isFull = true;
    this.#source.pause();
    sink.once('drain', () => {
      this.#isFull = false;
      this.#goOn();
    });
  }

  /** More may come, unless a hook is thinking or the caller has not taken what was written. */
  #goOn(): void {
    if (!this.#isFull && this.#queue === undefined) this.#source.resume();
  }

  #finish(): void {
    this.#stage = 'ended';
    const { sink } = this.#exchange;
    if (this.#trailers !== undefined) sink.addTrailers(this.#trailers);
    finish(this.#exchange);
  }

  #broken(problem: unknown): void {
    this.#source.abort(problem as Error);
    this.fail(problem as Error);
  }
}

function flush({ sink, sentBytes, isOver }: GatewayExchange): void {
  if (sentBytes === 0 && !isOver && !sink.writableFinished && !sink.destroyed) sink.flushHeaders?.();
}

/** How much of an answer is held: until one policy refuses it, else as much as any of them wants. What the gateway itself says is never refused. */
function holdLimit(exchange: GatewayExchange, policies: readonly PolicyInstance[]): BufferLimit | undefined {
  const limits = policies.flatMap(({ body, applies }) => {
    const limit = applies?.(exchange) === false ? undefined : bufferOf(body?.response);
    return limit ?? [];
  });
  if (limits.length === 0) return undefined;
  const refusing = limits.filter(({ onOverflow }) => onOverflow === 'refuse').map(({ maxBytes }) => maxBytes);
  if (refusing.length > 0 && exchange.answer?.source !== 'gateway')
    return { maxBytes: Math.min(...refusing), onOverflow: 'refuse' };
  return { maxBytes: Math.max(...limits.map(({ maxBytes }) => maxBytes)), onOverflow: 'skip' };
}

/** Stands for headers that no policy has looked at. */
const UNSEEN = new WireHeaders([]);
const EMPTY = new Uint8Array();
const MOST_AT_ONCE = 16_384;

function hasBody({ request, response: { status } }: GatewayExchange): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304;
}

/** Events and remote calls end late or never. */
function mayBeHeld({ request, answer }: GatewayExchange): boolean {
  if (request.protocol === 'grpc' || request.method === 'HEAD') return false;
  return answer?.headers.get('content-type')?.startsWith('text/event-stream') !== true;
}
