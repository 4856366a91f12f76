import { EventEmitter } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import { headerName, isOfConnection } from '../exchange/header-names.ts';

const { NGHTTP2_NO_ERROR } = constants;

/** An answer over HTTP/2. */
export class Http2Answer extends EventEmitter implements AnswerSink {
  headersSent = false;
  readonly #stream: ServerHttp2Stream;
  readonly #takesTrailers: boolean;
  #trailers: Readonly<Record<string, string>> | undefined;
  #isEnded = false;

  constructor(stream: ServerHttp2Stream, takesTrailers: boolean) {
    super();
    this.#stream = stream;
    this.#takesTrailers = takesTrailers;
    stream.on('drain', () => this.emit('drain'));
    stream.once('close', () => this.emit('close'));
    // What breaks a stream is told by its end.
    stream.on('error', () => undefined);
  }

  get writableFinished(): boolean {
    return this.#isEnded && this.#stream.writableFinished;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  writeHead(status: number, _reason: string, raw: string[]): void {
    this.headersSent = true;
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    const head: string[] = [':status', String(status)];
    let isWholeCall = false;
    for (let at = 0; at < raw.length; at += 2) {
      const { lower: name, isOfConnection: isHop } = headerName(raw[at]!);
      if (isHop && name !== 'trailer') continue;
      if (name === 'grpc-status') isWholeCall = true;
      head.push(name, raw[at + 1]!);
    }
    // gRPC: an answer with its status among the headers has nothing else.
    if (isWholeCall) stream.respond(head, { endStream: true });
    else stream.respond(head, { waitForTrailers: this.#takesTrailers });
    if (this.#takesTrailers && !isWholeCall) {
      stream.once('wantTrailers', () => {
        if (this.#trailers === undefined) stream.close();
        else stream.sendTrailers(this.#trailers);
      });
    }
  }

  write(piece: Uint8Array): boolean {
    const stream = this.#stream;
    return stream.destroyed || stream.writableEnded ? true : stream.write(piece);
  }

  addTrailers(trailers: Readonly<Record<string, string>>): void {
    if (!this.#takesTrailers) return;
    const own: Record<string, string> = {};
    for (const name in trailers) {
      if (!isOfConnection(name) && name.charCodeAt(0) !== 58) own[name] = trailers[name]!;
    }
    this.#trailers = own;
  }

  end(piece?: Uint8Array | string, encoding?: 'latin1'): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const stream = this.#stream;
    // A caller that still sends is told to stop, without taking the answer back (RFC 9113 §8.1).
    stream.once('finish', () => {
      if (!stream.readableEnded && !stream.endAfterHeaders) stream.close(NGHTTP2_NO_ERROR);
    });
    if (stream.writableEnded) return;
    if (piece === undefined) stream.end();
    else if (typeof piece === 'string') stream.end(piece, encoding ?? 'utf8');
    else stream.end(piece);
  }

  /** A stream that is closed would be ended first, and half an answer look like a whole one; one that is destroyed is reset. */
  destroy(problem: Error = new Error('the answer broke off')): void {
    this.#stream.destroy(problem);
  }
}
