import type { RequestView } from '../exchange/request-view.ts';
import { safePath } from '../exchange/safe-path.ts';

/** Neither a fragment, which some upstreams cut off and others do not, nor what is no URL at all. */
const UNSENDABLE = /[^\x21\x22\x24-\x7e]/;
/** A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port (RFC 3986 §3.2.2); without commas, which would make two of one. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[\w.~%!$&'()*+;=-]*)(?::\d{0,5})?$/;

/** Why a request is not served at all. */
export function refusalOf({ url, rawPath, method, rawHeaders }: RequestView): string | undefined {
  if (method === 'CONNECT') return 'this is no forward proxy';
  if (!url.startsWith('/') && !(url === '*' && method === 'OPTIONS')) return 'its target is not a path';
  if (UNSENDABLE.test(url)) return 'its target has a fragment, or characters that have to be encoded';
  const inHeaders = refusalOfHeaders(rawHeaders);
  if (inHeaders !== undefined) return inHeaders;
  if (safePath(rawPath) === undefined) return 'its path can be understood in more than one way';
  return undefined;
}

function refusalOfHeaders(rawHeaders: readonly string[]): string | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') {
      hosts += 1;
      // RFC 9112 §3.2: which of two an upstream believes, nobody knows.
      if (hosts > 1) return 'it names more than one host';
      if (!HOST.test(rawHeaders[at + 1]!)) return 'its Host is no name of a host';
    }
    // What the parser has not taken apart would be handed on as if it were the body itself.
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding' && !isChunked(rawHeaders[at + 1]!))
      return 'only `chunked` is understood as Transfer-Encoding';
  }
  return undefined;
}

function isChunked(coding: string): boolean {
  return coding.trim().toLowerCase() === 'chunked';
}
