import { EventEmitter } from 'node:events';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import { WireHeaders } from '../exchange/wire-headers.ts';

export interface Collected {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: Uint8Array;
}

/** Takes an answer whole, for a policy that asked for it. */
export class CollectedAnswer extends EventEmitter implements AnswerSink {
  headersSent = false;
  writableFinished = false;
  destroyed = false;
  readonly #answer = Promise.withResolvers<Collected>();
  readonly #maxBytes: number;
  readonly #tooLarge: () => Error;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #status = 0;
  #raw: string[] = [];

  constructor(maxBytes: number, tooLarge: () => Error) {
    super();
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
    // Whoever does not wait for it is not told.
    this.#answer.promise.catch(() => undefined);
  }

  /** Rejects when it breaks off. */
  get answer(): Promise<Collected> {
    return this.#answer.promise;
  }

  writeHead(status: number, _reason: string, raw: string[]): void {
    this.headersSent = true;
    this.#status = status;
    this.#raw = raw;
  }

  write(piece: Uint8Array): boolean {
    if (this.destroyed) return true;
    this.#bytes += piece.byteLength;
    if (this.#bytes > this.#maxBytes) this.destroy(this.#tooLarge());
    else this.#pieces.push(Buffer.from(piece));
    return true;
  }

  addTrailers(): void {}

  end(piece?: Uint8Array | string, encoding?: 'latin1'): void {
    if (piece !== undefined) this.write(typeof piece === 'string' ? Buffer.from(piece, encoding) : piece);
    if (this.destroyed) return;
    this.writableFinished = true;
    this.destroyed = true;
    this.#answer.resolve({
      status: this.#status,
      headers: new WireHeaders(this.#raw),
      body: Buffer.concat(this.#pieces),
    });
    queueMicrotask(() => this.emit('close'));
  }

  destroy(problem: Error = new Error('it broke off')): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#answer.reject(problem);
    queueMicrotask(() => this.emit('close'));
  }
}
