import type { HttpBody, HttpRequest } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';

/** One hop, ready for the wire: headers in lower case, body in bytes so that a redirect can repeat it. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** The client sets these itself; a value from outside could only disagree with what is really sent. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Throws HTTP_PORT_URL_INVALID or HTTP_PORT_HEADER_INVALID. */
export async function outgoingRequest(request: HttpRequest, userAgent: string): Promise<OutgoingRequest> {
  const url = parseHttpUrl(request.url);
  const method = (request.method ?? 'GET').toUpperCase();
  if (!TOKEN.test(method))
    throw raise.HTTP_PORT_HEADER_INVALID({ name: 'method', reason: 'the method is not one word' });
  const given = typeof request.body === 'function' ? request.body() : request.body;
  const { body, contentType } = await bodyBytes(given);
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
  };
  if (contentType !== undefined) headers['content-type'] = contentType;
  for (const [name, value] of Object.entries(request.headers ?? {})) setHeader(headers, name, value);
  if (given instanceof FormData) headers['content-type'] = contentType!;
  moveCredentials(url, headers);
  return { method, url, headers, body };
}

/** An absolute http or https URL; anything else is HTTP_PORT_URL_INVALID. Odd spellings of IPv4 addresses come out dotted. */
export function parseHttpUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw raise.HTTP_PORT_URL_INVALID({ url: shown(text), reason: 'it is not an absolute URL' });
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw raise.HTTP_PORT_URL_INVALID({
      url: shown(text),
      reason: `${url.protocol.slice(0, -1)} is not http or https`,
    });
  }
  return url;
}

/** Enough of a wrong URL to recognise it, without what may hold a secret. */
function shown(text: string): string {
  const safe = text.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
  return safe.length > 80 ? `${safe.slice(0, 80)}…` : safe;
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (!TOKEN.test(name))
    throw raise.HTTP_PORT_HEADER_INVALID({ name, reason: 'the name has characters that no header may have' });
  if (/[\0\r\n]/.test(value))
    throw raise.HTTP_PORT_HEADER_INVALID({ name, reason: 'the value has more than one line' });
  if (/[^\t\x20-\xff]/.test(value))
    throw raise.HTTP_PORT_HEADER_INVALID({ name, reason: 'the value has characters beyond Latin-1' });
  const key = name.toLowerCase();
  if (!OWN_HEADERS.has(key)) headers[key] = value;
}

/** `https://user:password@host/` means basic authentication; on the wire and in messages the URL goes without. */
function moveCredentials(url: URL, headers: Record<string, string>): void {
  if (url.username === '' && url.password === '') return;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  headers['authorization'] ??= `Basic ${Buffer.from(pair).toString('base64')}`;
  url.username = '';
  url.password = '';
}

async function bodyBytes(body: HttpBody | undefined): Promise<{ body?: Uint8Array; contentType?: string }> {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body: Buffer.from(body) };
  if (body instanceof Uint8Array) return { body };
  const encoded = new Response(body);
  return { body: await encoded.bytes(), contentType: encoded.headers.get('content-type') ?? undefined };
}
