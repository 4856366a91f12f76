/** Bodies above this travel in pieces of this size, so that nothing else waits behind them for long. */
export const CHUNK_BYTES = 256 * 1024;
/** Pieces under way that the other side has not taken yet. */
const WINDOW = 4;

interface Sending {
  left: number;
  wake: () => void;
}

/** Sends large bodies piece by piece, no faster than the other side takes them. */
export class BodySender {
  readonly #sendChunk: (id: number, chunk: Uint8Array) => void;
  readonly #sending = new Map<number, Sending>();

  constructor(sendChunk: (id: number, chunk: Uint8Array) => void) {
    this.#sendChunk = sendChunk;
  }

  async send(id: number, body: Uint8Array): Promise<void> {
    const state: Sending = { left: WINDOW, wake: () => {} };
    this.#sending.set(id, state);
    for (let at = 0; at < body.byteLength; at += CHUNK_BYTES) {
      while (state.left === 0) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
      if (this.#sending.get(id) !== state) return;
      state.left -= 1;
      this.#sendChunk(id, body.subarray(at, at + CHUNK_BYTES));
    }
    this.#sending.delete(id);
  }

  /** False when nothing was under way. The acknowledgements of the last pieces come after the end. */
  taken(id: number): void {
    const state = this.#sending.get(id);
    if (state === undefined) return;
    state.left = Math.min(WINDOW, state.left + 1);
    state.wake();
  }

  drop(id: number): void {
    const state = this.#sending.get(id);
    this.#sending.delete(id);
    if (state !== undefined) {
      state.left = WINDOW;
      state.wake();
    }
  }
}

interface Receiving {
  readonly parts: Uint8Array[];
  readonly size: number;
  got: number;
  readonly done: (body: Uint8Array) => void;
}

/** Puts bodies together that arrive in pieces. */
export class BodyReceiver {
  readonly #acknowledge: (id: number) => void;
  readonly #receiving = new Map<number, Receiving>();

  constructor(acknowledge: (id: number) => void) {
    this.#acknowledge = acknowledge;
  }

  /** Bytes promised and not handed over yet. */
  get pending(): number {
    let sum = 0;
    for (const { size } of this.#receiving.values()) sum += size;
    return sum;
  }

  expect(id: number, size: number): Promise<Uint8Array> {
    return new Promise((done) => {
      this.#receiving.set(id, { parts: [], size, got: 0, done });
    });
  }

  /** False for a piece that nobody expects, or one too many. */
  chunk(id: number, bytes: Uint8Array): boolean {
    const state = this.#receiving.get(id);
    if (state === undefined) return false;
    state.got += bytes.byteLength;
    if (state.got > state.size || bytes.byteLength > CHUNK_BYTES) return false;
    state.parts.push(bytes);
    this.#acknowledge(id);
    if (state.got < state.size) return true;
    this.#receiving.delete(id);
    state.done(joined(state.parts, state.size));
    return true;
  }

  drop(id: number): void {
    this.#receiving.delete(id);
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
