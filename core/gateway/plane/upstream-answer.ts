import type { Dispatcher } from 'undici';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
import { isOfConnection } from '../exchange/hop-headers.ts';
import type { Target, TryOutcome, Upstream } from '../upstreams/upstream.ts';
import { Delivery, type Source } from './delivery.ts';
import { upstreamFailure } from './upstream-failure.ts';

export interface AnswerHead {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, without those of the connection. */
  readonly raw: string[];
}

/** Who decides about the answer of a try before it is delivered. Absent: it is delivered at once. */
export interface Judge {
  answered(answer: UpstreamAnswer, head: AnswerHead): void;
  failed(problem: Error): void;
}

/** One try: sends the request to a target and takes what comes back. */
export class UpstreamAnswer implements Dispatcher.DispatchHandler, Source {
  readonly target: Target;
  readonly #exchange: GatewayExchange;
  readonly #upstream: Upstream;
  readonly #judge: Judge | undefined;
  readonly #begun = performance.now();
  #controller: Dispatcher.DispatchController | undefined;
  #delivery: Delivery | undefined;
  #status = 0;
  #isOver = false;
  #unwanted: Error | undefined;
  /** It broke off while it was being judged. */
  #broken: Error | undefined;
  readonly #timeoutMs: number;
  /** What may be sent once more. */
  #again: Dispatcher.DispatchOptions | undefined;

  constructor(given: {
    readonly exchange: GatewayExchange;
    readonly upstream: Upstream;
    readonly target: Target;
    readonly timeoutMs: number;
    readonly judge: Judge | undefined;
  }) {
    this.#exchange = given.exchange;
    this.#upstream = given.upstream;
    this.target = given.target;
    this.#timeoutMs = given.timeoutMs;
    this.#judge = given.judge;
    given.upstream.begun(given.target);
  }

  /** Dispatches the request; once more when a kept connection turns out to have been closed, where sending it twice does no harm (RFC 9110 §9.2.2). */
  send(request: Dispatcher.DispatchOptions): void {
    if (request.body === null && IDEMPOTENT.has(request.method)) this.#again = request;
    this.target.dispatcher.dispatch(request, this);
  }

  /** Lets the answer go to the caller. */
  deliver({ status, reason, raw }: AnswerHead): void {
    const exchange = this.#exchange;
    if (this.#broken !== undefined) {
      exchange.surroundings.fail(exchange, this.#broken);
      return;
    }
    exchange.answeredBy = this.target;
    const { request, identity } = exchange;
    const cookie = this.#upstream.cookieFor?.({ request, subject: identity?.subject }, this.target);
    if (cookie !== undefined) raw.push('set-cookie', cookie);
    exchange.answeredBy = this.target;
    this.#delivery = new Delivery(exchange, this);
    this.#delivery.begin(status, reason, raw, 'upstream');
    if (this.#judge !== undefined) this.resume();
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Nobody wants it any more. */
  abort(problem: Error): void {
    this.#unwanted ??= problem;
    if (!this.#isOver) this.#controller?.abort(problem);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#unwanted !== undefined) controller.abort(this.#unwanted);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    reason = '',
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#exchange.upstreamMs = performance.now() - this.#begun;
    const head = { status, reason, raw: rawOf(headers) };
    if (this.#judge === undefined) {
      this.deliver(head);
      return;
    }
    controller.pause();
    this.#judge.answered(this, head);
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#delivery?.piece(piece);
  }

  onResponseEnd(
    _controller: Dispatcher.DispatchController,
    trailers: Record<string, string | string[] | undefined>,
  ): void {
    this.#ended({ status: this.#status });
    this.#delivery?.end(trailersOf(trailers));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, problem: Error): void {
    if (this.#isOver) return;
    if (this.#unwanted !== undefined) {
      this.#ended({ failure: 'cancelled' });
      this.#judge?.failed(this.#unwanted);
      this.#delivery?.fail(this.#unwanted);
      return;
    }
    const again = this.#again;
    this.#again = undefined;
    if (again !== undefined && this.#status === 0 && wasKept(problem)) {
      this.#controller = undefined;
      this.target.dispatcher.dispatch(again, this);
      return;
    }
    const { error, outcome } = upstreamFailure(this.#upstream.name, problem, this.#timeoutMs);
    this.#ended(outcome);
    if (this.#delivery !== undefined) this.#delivery.fail(error);
    else if (this.#judge !== undefined) {
      this.#broken = error;
      this.#judge.failed(error);
    } else this.#exchange.surroundings.fail(this.#exchange, error);
  }

  #ended(outcome: TryOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#upstream.ended(this.target, outcome, performance.now() - this.#begun);
  }
}

export const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Whether the connection had been used before, and ended under a request that it has not answered. */
export function wasKept(problem: Error): boolean {
  const { code, socket } = problem as NodeJS.ErrnoException & { socket?: { readonly bytesRead?: number } };
  if (code === 'ECONNRESET' || code === 'EPIPE') return true;
  return code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0;
}

function rawOf(headers: Record<string, string | string[] | undefined>): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    if (isOfConnection(name)) continue;
    const value = headers[name];
    if (typeof value === 'string') raw.push(name, value);
    else for (const one of value ?? []) raw.push(name, one);
  }
  return raw;
}

function trailersOf(
  trailers: Record<string, string | string[] | undefined> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (trailers === undefined || trailers === null) return undefined;
  let some: Record<string, string> | undefined;
  for (const name in trailers) {
    some ??= {};
    some[name] = String(trailers[name]);
  }
  return some;
}
