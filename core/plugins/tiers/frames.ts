const HEAD = 8;

/**
 * What crosses to a plugin and back: JSON text, and bytes behind it that JSON would only bloat. Lengths come first, so that a reader
 * knows what it is asked to hold before it holds it. Node's own channel between processes is not used: who writes to it what is no
 * message, or one of Node's internal ones, throws in the parent.
 */
export function writeFrame(text: string, tail?: Uint8Array): Buffer {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEAD + size + (tail?.byteLength ?? 0));
  frame.writeUInt32LE(size, 0);
  frame.writeUInt32LE(tail?.byteLength ?? 0, 4);
  frame.write(text, HEAD, 'utf8');
  if (tail !== undefined) frame.set(tail, HEAD + size);
  return frame;
}

export type FrameHandler = (text: string, tail: Uint8Array | undefined) => void;

/** Puts frames together from what a pipe gives. */
export class FrameReader {
  readonly #most: number;
  readonly #onFrame: FrameHandler;
  #parts: Buffer[] = [];
  #size = 0;
  #needed = HEAD;

  /** `most` bytes a frame; larger ones are never held. */
  constructor(most: number, onFrame: FrameHandler) {
    this.#most = most;
    this.#onFrame = onFrame;
  }

  /** False once a frame is announced that is too large: what follows cannot be read any more. */
  push(chunk: Buffer): boolean {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return true;
    let rest = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#size);
    while (rest.length >= HEAD) {
      const text = rest.readUInt32LE(0);
      const tail = rest.readUInt32LE(4);
      const whole = HEAD + text + tail;
      if (whole > this.#most) return false;
      this.#needed = whole;
      if (rest.length < whole) break;
      const body = tail === 0 ? undefined : new Uint8Array(rest.subarray(HEAD + text, whole));
      this.#needed = HEAD;
      this.#onFrame(rest.toString('utf8', HEAD, HEAD + text), body);
      rest = rest.subarray(whole);
    }
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return true;
  }
}
