import { Readable } from 'node:stream';

export interface ReadBody {
  /** All of it, when it was small enough. */
  readonly whole?: Buffer;
  /** Otherwise: all of it again, as a stream. */
  readonly rest?: Readable;
}

/** Holds up to `maxBytes` of a body; a larger one goes on as a stream that begins anew. */
export async function readBody(body: Readable, maxBytes: number): Promise<ReadBody> {
  const pieces: Buffer[] = [];
  let size = 0;
  const source = body.iterator({ destroyOnReturn: false });
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const piece = next.value as Buffer;
    pieces.push(piece);
    size += piece.byteLength;
    if (size > maxBytes) return { rest: Readable.from(again(pieces, source), { objectMode: false }) };
  }
  return { whole: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces) };
}

async function* again(held: readonly Buffer[], source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* held;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}
