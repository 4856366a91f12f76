import { type Readable, Transform } from 'node:stream';
import { raise } from '../../errors/catalogue.ts';

/** Hands a body of unknown length on, counting; a longer one ends with GATEWAY_BODY_TOO_LARGE. The limit may become lower while it passes. */
export function limitBody(body: Readable, limit: () => number, onBytes: (bytes: number) => void): Readable {
  let bytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.byteLength;
      onBytes(bytes);
      const maxBytes = limit();
      if (bytes > maxBytes) done(raise.GATEWAY_BODY_TOO_LARGE({ maxBytes }));
      else done(null, piece);
    },
  });
  body.once('error', (problem) => counted.destroy(problem));
  body.once('close', () => {
    if (!body.readableEnded) counted.destroy(new Error('the caller has gone'));
  });
  return body.pipe(counted);
}
