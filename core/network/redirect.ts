import { raise } from '../errors/catalogue.ts';
import { type OutgoingRequest, parseHttpUrl } from './outgoing-request.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number, location: string | undefined): location is string {
  return REDIRECTS.has(status) && location !== undefined;
}

/** Headers that may carry a credential, whatever the vendor calls it; they stay with the origin they were meant for. */
const CREDENTIAL = /^(?:cookie|key)$|auth|token|api-?_?key|access-?_?key|secret|passw|session|credential|signature/;

const BODY_HEADERS = ['content-type', 'content-encoding', 'content-language', 'content-location'];

/** The request that follows a redirect. Throws HTTP_PORT_REDIRECT_INVALID. */
export function followRedirect(from: OutgoingRequest, status: number, location: string): OutgoingRequest {
  const url = target(from.url, location);
  const headers: Record<string, string> = { ...from.headers };
  if (url.origin !== from.url.origin) {
    delete headers['host'];
    for (const name of Object.keys(headers)) if (CREDENTIAL.test(name)) delete headers[name];
  }
  if (!becomesGet(from.method, status)) return { ...from, url, headers };
  for (const name of BODY_HEADERS) delete headers[name];
  return { method: 'GET', url, headers, body: undefined };
}

function target(base: URL, location: string): URL {
  const url = URL.parse(location, base);
  const host = base.host;
  if (url === null) throw raise.HTTP_PORT_REDIRECT_INVALID({ host, reason: 'the location is not a URL' });
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw raise.HTTP_PORT_REDIRECT_INVALID({ host, reason: `${url.protocol.slice(0, -1)} is not http or https` });
  }
  url.username = '';
  url.password = '';
  return parseHttpUrl(url.href);
}

/** As browsers do: 303 always leads to a GET, 301 and 302 turn a POST into one (302 any method), 307 and 308 repeat the request. */
function becomesGet(method: string, status: number): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return status === 303 || status === 302 || (status === 301 && method === 'POST');
}
