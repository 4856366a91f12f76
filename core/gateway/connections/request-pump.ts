import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { errors } from 'undici';

interface PumpWatcher {
  /** Another piece went out. */
  moved(): void;
  done(): void;
  broken(problem: Error): void;
}

/** Sends the body of one request at the pace at which the other end takes it: as long as was said, or in chunks. */
export class RequestPump {
  readonly #body: Readable;
  readonly #socket: Socket;
  readonly #watcher: PumpWatcher;
  /** -1: in chunks. */
  readonly #length: number;
  #sent = 0;
  #isOver = false;

  constructor(body: Readable, length: number, socket: Socket, watcher: PumpWatcher) {
    this.#body = body;
    this.#length = length;
    this.#socket = socket;
    this.#watcher = watcher;
    if (body.errored !== null || (body.destroyed && !body.readableEnded)) {
      queueMicrotask(() => this.#break(body.errored ?? new Error('the caller has gone')));
      return;
    }
    if (body.readableEnded) {
      queueMicrotask(this.#end);
      return;
    }
    body.on('data', this.#piece);
    body.once('end', this.#end);
    body.once('error', this.#break);
    body.once('close', this.#closed);
    socket.on('drain', this.#drained);
  }

  /** Leaves the rest of the body where it is. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const body = this.#body;
    body.off('data', this.#piece);
    body.off('end', this.#end);
    body.off('error', this.#break);
    body.off('close', this.#closed);
    this.#socket.off('drain', this.#drained);
    body.pause();
  }

  readonly #piece = (given: Uint8Array | string): void => {
    const piece = typeof given === 'string' ? Buffer.from(given) : given;
    if (piece.byteLength === 0) return;
    this.#sent += piece.byteLength;
    if (this.#length >= 0 && this.#sent > this.#length) {
      this.#break(new errors.RequestContentLengthMismatchError());
      return;
    }
    this.#watcher.moved();
    if (!this.#write(piece)) this.#body.pause();
  };

  #write(piece: Uint8Array): boolean {
    const socket = this.#socket;
    if (this.#length >= 0) return socket.write(piece);
    socket.cork();
    socket.write(`${piece.byteLength.toString(16)}\r\n`, 'latin1');
    socket.write(piece);
    const isTaken = socket.write('\r\n', 'latin1');
    socket.uncork();
    return isTaken;
  }

  readonly #drained = (): void => {
    this.#watcher.moved();
    this.#body.resume();
  };

  readonly #end = (): void => {
    if (this.#isOver) return;
    if (this.#length >= 0 && this.#sent !== this.#length) {
      this.#break(new errors.RequestContentLengthMismatchError());
      return;
    }
    this.stop();
    if (this.#length < 0) this.#socket.write('0\r\n\r\n', 'latin1');
    this.#watcher.done();
  };

  readonly #closed = (): void => {
    if (!this.#body.readableEnded) this.#break(this.#body.errored ?? new Error('the caller has gone'));
  };

  readonly #break = (problem: Error): void => {
    if (this.#isOver) return;
    this.stop();
    this.#watcher.broken(problem);
  };
}
