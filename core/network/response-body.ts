import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions, zstdDecompress } from 'node:zlib';
import { raise } from '../errors/catalogue.ts';

type Decoder = (data: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip) as Decoder,
  'x-gzip': promisify(gunzip) as Decoder,
  br: promisify(brotliDecompress) as Decoder,
  zstd: promisify(zstdDecompress) as Decoder,
  // Servers mean either form by "deflate"; the low nibble of the first byte tells them apart.
  deflate: (data, options) =>
    promisify((data[0]! & 0x0f) === 8 ? inflate : inflateRaw)(data, options) as Promise<Buffer>,
};

/** Reads at most `limit` bytes; more is HTTP_PORT_BODY_TOO_LARGE, and the rest is never read. */
export async function readBody(chunks: AsyncIterable<Uint8Array>, limit: number, host: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) throw raise.HTTP_PORT_BODY_TOO_LARGE({ host, limit });
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}

/** Each coding may blow the body up to the limit again. */
const MOST_CODINGS = 4;

/** Undoes `content-encoding`, last coding first. An unknown coding is left to the caller, who sees the header. */
export async function decodeBody(
  body: Buffer,
  codings: string | undefined,
  limit: number,
  host: string,
): Promise<Buffer> {
  if (codings === undefined || body.length === 0) return body;
  let decoded = body;
  const names = codings.toLowerCase().split(',');
  if (names.length > MOST_CODINGS)
    throw raise.HTTP_PORT_REPLY_INVALID({ host, cause: `the body is encoded ${names.length} times` });
  for (const coding of names.map((name) => name.trim()).reverse()) {
    if (!Object.hasOwn(decoders, coding)) return decoded;
    decoded = await decode(decoders[coding]!, coding, decoded, limit, host);
  }
  return decoded;
}

async function decode(decoder: Decoder, coding: string, data: Buffer, limit: number, host: string): Promise<Buffer> {
  try {
    return await decoder(data, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw raise.HTTP_PORT_BODY_TOO_LARGE({ host, limit });
    throw raise.HTTP_PORT_REPLY_INVALID({ host, cause: `the body is not valid ${coding}` }, { cause: error });
  }
}
