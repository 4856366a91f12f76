import type { Request } from 'express';
import { raise } from '../../errors/catalogue.ts';

/** The bytes of a body as they come, read no faster than somebody asks for them. Throws HTTP_BODY_TOO_LARGE beyond `limit`. */
export async function* bodyStream(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw raise.HTTP_BODY_TOO_LARGE({ limit });
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.byteLength;
    if (size > limit) throw raise.HTTP_BODY_TOO_LARGE({ limit });
    yield new Uint8Array(piece);
  }
}
