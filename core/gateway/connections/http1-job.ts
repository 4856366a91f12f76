import type { Duplex } from 'node:stream';
import { errors } from 'undici';
import type { AnswerControl, AnswerTaker, UpstreamRequest } from './connections.ts';
import type { RequestHead } from './http1-request.ts';

/** What carries a job once it was sent. */
interface Carrier {
  pause(): void;
  resume(): void;
  fail(problem: Error): void;
}

/** Where jobs wait for a connection. */
interface JobQueue {
  leave(job: Http1Job): void;
}

/** One request on its way: waiting for a connection, on it, or over. */
export class Http1Job implements AnswerControl {
  readonly request: UpstreamRequest;
  readonly head: RequestHead;
  readonly taker: AnswerTaker;
  #connection: Carrier | undefined;
  #wait: NodeJS.Timeout | undefined;
  /** The fields of an answer that agrees on a WebSocket. */
  upgradeHead: string[] | undefined;
  #isOver = false;
  readonly #queue: JobQueue;

  constructor(request: UpstreamRequest, head: RequestHead, taker: AnswerTaker, queue: JobQueue) {
    this.request = request;
    this.head = head;
    this.taker = taker;
    this.#queue = queue;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** There is no connection for it yet; it waits as long as it would wait for an answer. */
  wait(): void {
    const { headTimeoutMs } = this.request;
    if (headTimeoutMs > 0)
      this.#wait = setTimeout(() => this.abort(new errors.HeadersTimeoutError()), headTimeoutMs).unref();
  }

  started(connection: Carrier): void {
    clearTimeout(this.#wait);
    this.#connection = connection;
  }

  pause(): void {
    if (!this.#isOver) this.#connection?.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#connection?.resume();
  }

  abort(problem: Error): void {
    if (this.#isOver) return;
    if (this.#connection !== undefined) {
      this.#connection.fail(problem);
      return;
    }
    this.#queue.leave(this);
    this.fail(problem);
  }

  complete(trailers: Readonly<Record<string, string>> | undefined): void {
    this.#isOver = true;
    try {
      this.taker.ended(trailers);
    } catch (problem) {
      this.taker.failed(problem as Error);
    }
  }

  upgrade(raw: string[], socket: Duplex): void {
    this.#isOver = true;
    this.taker.upgraded!(101, raw, socket);
  }

  fail(problem: Error): void {
    if (this.#isOver) return;
    clearTimeout(this.#wait);
    this.#isOver = true;
    this.taker.failed(problem);
  }
}
