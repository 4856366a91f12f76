import { CHUNK_BYTES } from '../body-transfer.ts';

/** A stream as the other side reads it. */
export interface Pulled {
  /** `{}` at the end. */
  next(): Promise<{ readonly value?: unknown }>;
  /** Whoever reads has enough. */
  return(): Promise<void>;
}

/** Lends an iterable: it is read no faster than the other side asks. Pieces of bytes are no larger than one chunk. */
export function pulled(source: AsyncIterable<unknown>, of: 'items' | 'bytes'): Pulled {
  const iterator = source[Symbol.asyncIterator]();
  let left: Uint8Array | undefined;
  return {
    async next() {
      const value = left ?? (await nextOf(iterator));
      left = undefined;
      if (value === END) return {};
      if (of === 'items') return { value };
      if (!(value instanceof Uint8Array)) throw new TypeError('a stream of bytes gave something else');
      if (value.byteLength > CHUNK_BYTES) left = value.subarray(CHUNK_BYTES);
      return { value: value.subarray(0, CHUNK_BYTES) };
    },
    async return() {
      await iterator.return?.();
    },
  };
}

const END = Symbol('the end');

async function nextOf(iterator: AsyncIterator<unknown>): Promise<unknown> {
  const { done, value } = await iterator.next();
  return done === true ? END : value;
}

/** Reads what the other side lends, once, in order. `over` is called when nothing more will be read of it. */
export async function* streamed(
  source: Pulled,
  of: 'items' | 'bytes',
  over: () => void,
): AsyncGenerator<unknown, void> {
  let isOpen = true;
  try {
    for (;;) {
      isOpen = false;
      const piece = await source.next();
      if (typeof piece !== 'object' || piece === null || !('value' in piece)) return;
      isOpen = true;
      if (of === 'bytes' && !(piece.value instanceof Uint8Array))
        throw new TypeError('a stream of bytes gave something else');
      yield piece.value;
    }
  } finally {
    if (isOpen) await source.return().catch(() => {});
    over();
  }
}
