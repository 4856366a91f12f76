import type { AnswerControl, AnswerTaker, UpstreamRequest } from '../connections/connections.ts';
import type { GatewayExchange } from '../exchange/gateway-exchange.ts';
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
export class UpstreamAnswer implements AnswerTaker, Source {
  readonly target: Target;
  readonly #exchange: GatewayExchange;
  readonly #upstream: Upstream;
  readonly #judge: Judge | undefined;
  readonly #begun = performance.now();
  #control: AnswerControl | undefined;
  #delivery: Delivery | undefined;
  #status = 0;
  #isOver = false;
  #unwanted: Error | undefined;
  /** It broke off while it was being judged. */
  #broken: Error | undefined;
  readonly #timeoutMs: number;
  /** What may be sent once more. */
  #again: UpstreamRequest | undefined;

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
  send(request: UpstreamRequest): void {
    if (request.body === undefined && IDEMPOTENT.has(request.method)) this.#again = request;
    this.target.connections.send(request, this);
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
    if (this.#judge === undefined) return;
    this.resume();
    // Whether there is more for now was told before anybody could write.
    process.nextTick(() => this.waits());
  }

  pause(): void {
    this.#control?.pause();
  }

  resume(): void {
    this.#control?.resume();
  }

  /** Nobody wants it any more. */
  abort(problem: Error): void {
    this.#unwanted ??= problem;
    if (!this.#isOver) this.#control?.abort(problem);
  }

  begun(control: AnswerControl): void {
    this.#control = control;
    if (this.#unwanted !== undefined) control.abort(this.#unwanted);
  }

  head(status: number, reason: string, raw: string[]): void {
    this.#status = status;
    this.#exchange.upstreamMs = performance.now() - this.#begun;
    const head = { status, reason, raw };
    if (this.#judge === undefined) {
      this.deliver(head);
      return;
    }
    this.pause();
    this.#judge.answered(this, head);
  }

  piece(piece: Buffer): void {
    this.#delivery?.piece(piece);
  }

  waits(): void {
    this.#delivery?.flush();
  }

  ended(trailers: Readonly<Record<string, string>> | undefined): void {
    this.#ended({ status: this.#status });
    this.#delivery?.end(trailers);
  }

  failed(problem: Error): void {
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
      this.#control = undefined;
      this.target.connections.send(again, this);
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
