import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { raise } from '../../errors/catalogue.ts';
import { fromBodyParser } from '../problem.ts';

const NOTHING = Buffer.alloc(0);

export type ReadBody = (request: IncomingMessage, response: ServerResponse) => Promise<Buffer>;

/** Reads bodies of at most so many bytes. Throws HTTP_BODY_TOO_LARGE, HTTP_MEDIA_TYPE for an encoding that is not known, HTTP_INVALID_REQUEST. */
export function bodyReader(maxBytes: number): ReadBody {
  const encoded = encodedReader(maxBytes);
  return (request, response) => {
    const { headers } = request;
    const length = headers['content-length'];
    if ((length === undefined || length === '0') && headers['transfer-encoding'] === undefined)
      return Promise.resolve(NOTHING);
    if (headers['content-encoding'] !== undefined) return encoded(request, response);
    if (Number(length) > maxBytes) return Promise.reject(raise.HTTP_BODY_TOO_LARGE({ limit: maxBytes }));
    return readPlain(request, maxBytes);
  };
}

/** What is compressed goes through the parser of the API. */
function encodedReader(limit: number): ReadBody {
  const parse = express.raw({ type: () => true, limit });
  return (request, response) =>
    new Promise((resolve, reject) => {
      parse(request as express.Request, response as express.Response, (error?: unknown) => {
        if (error !== undefined) reject(fromBodyParser(error));
        else resolve((request as express.Request).body as Buffer);
      });
    });
}

function readPlain(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // What is too much is read and forgotten, so that the caller gets to its answer.
      if (size <= maxBytes) chunks.push(chunk);
      else reject(raise.HTTP_BODY_TOO_LARGE({ limit: maxBytes }));
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', (cause) => reject(raise.HTTP_INVALID_REQUEST({ problems: [cause.message] }, { cause })));
  });
}
