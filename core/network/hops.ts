import type { HttpReply, HttpRequest } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { outgoingRequest, parseHttpUrl } from './outgoing-request.ts';
import { followRedirect, isRedirect } from './redirect.ts';

const MOST_REDIRECTS = 20;

/**
 * Sends a request hop by hop, so that whoever stands before the network sees the target of each; without `followRedirects` there is
 * one. The time limit is that of all hops together.
 */
export async function hopsOf(
  request: HttpRequest,
  send: (hop: HttpRequest, first: URL) => Promise<HttpReply>,
): Promise<HttpReply> {
  const { followRedirects, maxRedirects = MOST_REDIRECTS, ...rest } = request;
  const origin = URL.parse(request.url);
  if (followRedirects !== true || origin === null) return send(rest, origin ?? new URL('invalid:'));
  const deadline = performance.now() + (request.timeoutMs ?? 10_000);
  const body = typeof request.body === 'function' ? request.body() : request.body;
  let hop: HttpRequest = { ...rest, ...(body === undefined ? {} : { body }) };
  for (let followed = 0; ; followed += 1) {
    const reply = await send({ ...hop, timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())) }, origin);
    const location = reply.headers['location'];
    if (!isRedirect(reply.status, location)) return reply;
    if (followed >= maxRedirects) throw raise.HTTP_PORT_TOO_MANY_REDIRECTS({ host: origin.host, limit: maxRedirects });
    hop = await nextHop(hop, reply.status, location, origin);
  }
}

async function nextHop(hop: HttpRequest, status: number, location: string, origin: URL): Promise<HttpRequest> {
  const from = await outgoingRequest(hop, 'backplane');
  const { method, url, headers, body } = followRedirect({ ...from, url: parseHttpUrl(hop.url) }, status, location);
  const { clientCertificate, body: _sent, headers: _old, ...rest } = hop;
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !ADDED.has(name) || named(hop, name)));
  return {
    ...rest,
    method,
    url: url.href,
    headers: own,
    ...(body === undefined ? {} : { body }),
    ...(clientCertificate !== undefined && url.origin === origin.origin ? { clientCertificate } : {}),
  };
}

/** What every request gets anyway. */
const ADDED = new Set(['user-agent', 'accept', 'accept-encoding']);

function named({ headers = {} }: HttpRequest, name: string): boolean {
  return Object.keys(headers).some((given) => given.toLowerCase() === name);
}
