import type { ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';

/** The body of an HTTP/2 request. Apart from its stream, so that whoever ends the body does not end the answer with it. */
export class Http2Body extends Readable {
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    super();
    this.#stream = stream;
    // Nobody may have wanted it.
    this.on('error', () => undefined);
    stream.pause();
    stream.on('data', (piece) => {
      if (!this.push(piece)) stream.pause();
    });
    stream.once('end', () => this.push(null));
    const gone = () => {
      if (!this.readableEnded) this.destroy(new Error('the caller has gone'));
    };
    stream.once('aborted', gone);
    stream.once('close', gone);
  }

  override _read(): void {
    this.#stream.resume();
  }
}
