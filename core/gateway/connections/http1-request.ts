import { errors } from 'undici';
import { headerName } from '../exchange/header-names.ts';
import { LENGTH, NO_VALUE, TOKEN } from '../exchange/header-syntax.ts';
import type { UpstreamRequest } from './connections.ts';

export interface RequestHead {
  /** As it goes over the wire, in Latin-1. */
  readonly text: string;
  /** Bytes of the body; -1: it goes in chunks. */
  readonly length: number;
}

const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH']);
const NO_PATH = /[^\x21-\x7e\x80-\xff]/;

/** Writes the head of a request. Throws InvalidArgumentError where it would not say what it means to the one who reads it. */
export function requestHead(request: UpstreamRequest, host: string): RequestHead {
  const { method, path, headers, body } = request;
  if (!TOKEN.test(method)) throw new errors.InvalidArgumentError('invalid request method');
  if (path === '' || NO_PATH.test(path)) throw new errors.InvalidArgumentError('invalid request path');
  let text = '';
  let hasHost = false;
  let said = -1;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const value = headers[at + 1]!;
    const { lower, isToken, isOfConnection } = headerName(name);
    if (lower === 'content-length') {
      if (!LENGTH.test(value) || (said >= 0 && said !== Number(value)))
        throw new errors.InvalidArgumentError('invalid content-length header');
      said = Number(value);
      continue;
    }
    if (isOfConnection && !(lower === 'te' && value === 'trailers')) continue;
    if (!isToken) throw new errors.InvalidArgumentError('invalid header name');
    if (NO_VALUE.test(value)) throw new errors.InvalidArgumentError(`invalid ${lower} header`);
    if (lower === 'host') {
      if (hasHost) throw new errors.InvalidArgumentError('duplicate host header');
      hasHost = true;
    }
    text += `${name}: ${value}\r\n`;
  }
  const length = lengthOf(body, said);
  const start = `${method} ${path} HTTP/1.1\r\n${hasHost ? '' : `host: ${host}\r\n`}`;
  const connection = request.isUpgrade ? 'connection: upgrade\r\nupgrade: websocket\r\n' : 'connection: keep-alive\r\n';
  return { text: `${start}${connection}${text}${framing(method, body, length)}\r\n`, length };
}

function lengthOf(body: UpstreamRequest['body'], said: number): number {
  if (body === undefined) {
    if (said > 0) throw new errors.RequestContentLengthMismatchError();
    return 0;
  }
  return body instanceof Uint8Array ? body.byteLength : said;
}

function framing(method: string, body: UpstreamRequest['body'], length: number): string {
  if (length < 0) return 'transfer-encoding: chunked\r\n';
  return body !== undefined || EXPECTS_BODY.has(method) ? `content-length: ${length}\r\n` : '';
}
