import type { Socket } from 'node:net';
import { errors } from 'undici';
import { Http1Answer, type Http1Head, type Http1Reader } from './http1-answer.ts';
import type { Http1Job } from './http1-job.ts';
import { PhaseTimer } from './phase-timer.ts';
import { RequestPump } from './request-pump.ts';

/** What a connection tells those who keep it. */
export interface ConnectionKeeper {
  /** It may take another request. */
  freed(connection: Http1Connection): void;
  /** It will never take one again. */
  gone(connection: Http1Connection): void;
}

/** Milliseconds by which a connection is given up before the other end does. */
const EARLIER_MS = 2_000;
const MOST_KEPT_MS = 600_000;
/** Stands for an answer that was read to its end. */
const WHOLE = { isPaused: false, isBegun: false };

/**
 * One connection that carries one request at a time. What comes in while none is under way was asked for by nobody and could be taken for the answer to the
 * next: the connection ends (RFC 9112 §11.2).
 */
export class Http1Connection implements Http1Reader {
  readonly #socket: Socket;
  readonly #keeper: ConnectionKeeper;
  readonly #keepAliveMs: number;
  #job: Http1Job | undefined;
  #answer: Http1Answer | undefined;
  #pump: RequestPump | undefined;
  #isKept = false;
  #isReading = false;
  #keptMs: number;
  #isGone = false;
  #problem: Error | undefined;
  readonly #headTimer = new PhaseTimer(() => this.fail(new errors.HeadersTimeoutError()));
  readonly #bodyTimer = new PhaseTimer(() => this.fail(new errors.BodyTimeoutError()));
  readonly #idleTimer = new PhaseTimer(() => this.end());

  constructor(socket: Socket, keepAliveMs: number, keeper: ConnectionKeeper) {
    this.#socket = socket;
    this.#keepAliveMs = keepAliveMs;
    this.#keptMs = keepAliveMs;
    this.#keeper = keeper;
    socket.on('data', this.#came);
    socket.on('end', this.#ended);
    socket.on('error', this.#broke);
    socket.on('close', this.#closed);
    this.#idleTimer.arm(keepAliveMs);
  }

  start(job: Http1Job): void {
    this.#idleTimer.rest();
    const { request, head } = job;
    this.#job = job;
    this.#isKept = false;
    this.#answer = new Http1Answer(this, request.method, request.isUpgrade);
    job.started(this);
    const socket = this.#socket;
    const { body } = request;
    if (body === undefined) socket.write(head.text, 'latin1');
    else {
      socket.cork();
      socket.write(head.text, 'latin1');
      if (body instanceof Uint8Array) socket.write(body);
      else
        this.#pump = new RequestPump(body, head.length, socket, {
          moved: () => this.#headTimer.again(),
          done: () => {
            this.#pump = undefined;
            this.#headTimer.again();
          },
          broken: (problem) => this.fail(problem),
        });
      process.nextTick(() => socket.uncork());
    }
    this.#headTimer.arm(request.headTimeoutMs);
  }

  pause(): void {
    if (this.#answer === undefined) return;
    this.#answer.isPaused = true;
    this.#bodyTimer.rest();
    this.#socket.pause();
  }

  resume(): void {
    const answer = this.#answer;
    if (answer === undefined || !answer.isPaused) return;
    answer.isPaused = false;
    this.#socket.resume();
    this.#read(undefined);
  }

  /** Tells whoever waits, and ends the connection. */
  fail(problem: Error): void {
    const job = this.#job;
    this.#leave();
    this.end();
    job?.fail(problem);
  }

  /** Ends the connection; nobody is told but its keeper. */
  end(): void {
    this.#socket.destroy();
    this.#goes();
  }

  head({ status, reason, raw, isKept, keptSeconds }: Http1Head): void {
    this.#headTimer.rest();
    const job = this.#job!;
    if (status === 101) {
      this.#isKept = true;
      job.upgradeHead = raw;
      return;
    }
    this.#isKept = isKept;
    this.#keptMs =
      keptSeconds === undefined ? this.#keepAliveMs : Math.min(keptSeconds * 1_000 - EARLIER_MS, MOST_KEPT_MS);
    job.taker.head(status, reason, raw);
  }

  piece(piece: Buffer): void {
    this.#job!.taker.piece(piece);
  }

  whole(trailers: Readonly<Record<string, string>> | undefined, rest: Buffer): void {
    const job = this.#job!;
    if (job.upgradeHead !== undefined) {
      this.#upgrade(job, job.upgradeHead, rest);
      return;
    }
    const isReusable = this.#isKept && this.#keptMs > 0 && this.#pump === undefined && rest.length === 0;
    this.#leave();
    if (isReusable && !this.#isGone) {
      this.#idleTimer.arm(this.#keptMs);
      this.#keeper.freed(this);
    } else this.end();
    job.complete(trailers);
  }

  #upgrade(job: Http1Job, raw: string[], rest: Buffer): void {
    const socket = this.#socket;
    this.#leave();
    socket.off('data', this.#came);
    socket.off('end', this.#ended);
    socket.off('error', this.#broke);
    socket.off('close', this.#closed);
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    this.#goes();
    job.upgrade(raw, socket);
  }

  readonly #came = (bytes: Buffer): void => {
    if (this.#job === undefined) this.end();
    else this.#read(bytes);
  };

  #read(bytes: Buffer | undefined): void {
    // Whoever holds an answer up and lets it go on at once is told the rest by the one who reads already.
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      this.#answer?.take(bytes);
      const { isPaused, isBegun } = this.#answer ?? WHOLE;
      if (isPaused || !isBegun) return;
      this.#bodyTimer.arm(this.#job!.request.bodyTimeoutMs);
      this.#job!.taker.waits();
    } catch (problem) {
      this.fail(problem as Error);
    } finally {
      this.#isReading = false;
    }
  }

  readonly #ended = (): void => {
    if (this.#job === undefined) {
      this.end();
      return;
    }
    try {
      if (this.#answer?.close()) return;
    } catch (problem) {
      this.fail(problem as Error);
      return;
    }
    this.fail(this.#closedUnder('the other end closed the connection'));
  };

  readonly #broke = (problem: Error): void => {
    this.#problem = problem;
  };

  readonly #closed = (): void => {
    this.#goes();
    if (this.#job === undefined || this.#answer?.isRead) return;
    this.fail(this.#problem ?? this.#closedUnder('the connection was closed'));
  };

  #closedUnder(message: string): Error {
    const { bytesRead, bytesWritten } = this.#socket;
    return new errors.SocketError(message, { bytesRead, bytesWritten } as never);
  }

  /** Nothing is under way any more. */
  #leave(): void {
    this.#pump?.stop();
    this.#pump = undefined;
    this.#headTimer.rest();
    this.#bodyTimer.rest();
    this.#job = undefined;
    // It may be in the midst of reading.
    if (this.#answer !== undefined) this.#answer.isPaused = true;
    this.#answer = undefined;
  }

  #goes(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#headTimer.end();
    this.#bodyTimer.end();
    this.#idleTimer.end();
    this.#keeper.gone(this);
  }
}
