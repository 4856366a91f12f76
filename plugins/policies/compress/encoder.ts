import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  type Gzip,
  type ZstdCompress,
} from 'node:zlib';
import type { Coding } from './accepted-coding.ts';

/** One answer being compressed, piece by piece. */
export interface Encoder {
  /** What is ready; perhaps nothing yet. */
  write(piece: Uint8Array): Promise<Uint8Array | undefined>;
  end(piece: Uint8Array): Promise<Uint8Array | undefined>;
  /** Gives its memory back. */
  close(): void;
}

export interface EncoderOptions {
  readonly coding: Coding;
  readonly level: number;
  /** Whether each piece is sent on as it is: for events. */
  readonly flushes: boolean;
  /** Of the whole body, where it is known. */
  readonly size: number | undefined;
}

export function encoder({ coding, level, flushes, size }: EncoderOptions): Encoder {
  const stream = streamFor(coding, level, size);
  let ready: Buffer[] = [];
  let failure: Error | undefined;
  let isWaiting: ((problem: Error) => void) | undefined;
  stream.on('data', (piece: Buffer) => ready.push(piece));
  stream.on('error', (problem) => {
    failure = problem;
    isWaiting?.(problem);
  });
  const taken = () => {
    if (ready.length === 0) return undefined;
    const all = ready.length === 1 ? ready[0] : Buffer.concat(ready);
    ready = [];
    return all;
  };
  /** Until `begin` says that it is done. */
  const step = (begin: (done: () => void) => void) =>
    new Promise<Uint8Array | undefined>((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      isWaiting = reject;
      begin(() => resolve(taken()));
    });
  return {
    write: (piece) =>
      step((done) => {
        stream.write(piece, flushes ? undefined : () => done());
        if (flushes) stream.flush(done);
      }),
    end: (piece) =>
      step((done) => {
        stream.once('end', done);
        stream.end(piece);
      }),
    close: () => void stream.destroy(),
  };
}

function streamFor(coding: Coding, level: number, size: number | undefined): BrotliCompress | ZstdCompress | Gzip {
  if (coding === 'gzip') return createGzip({ level, flush: constants.Z_NO_FLUSH });
  if (coding === 'zstd')
    return createZstdCompress({
      params: { [constants.ZSTD_c_compressionLevel]: level },
      ...(size !== undefined && { pledgedSrcSize: size }),
    });
  return createBrotliCompress({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: level,
      ...(size !== undefined && { [constants.BROTLI_PARAM_SIZE_HINT]: size }),
    },
  });
}
