import type { Request } from 'express';
import { raise } from '../../errors/catalogue.ts';

/**
 * The bytes of a body as they come, read no faster than somebody asks for them. Throws HTTP_BODY_TOO_LARGE at once for what says that it
 * is larger than `limit`, and while it is read for what turns out to be.
 */
export function bodyStream(request: Request, limit: number): AsyncIterable<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw raise.HTTP_BODY_TOO_LARGE({ limit });
  return pieces(request, limit);
}

async function* pieces(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.byteLength;
    if (size > limit) throw raise.HTTP_BODY_TOO_LARGE({ limit });
    yield new Uint8Array(piece);
  }
}
