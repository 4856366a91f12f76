import type { Http, HttpRequest } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { isRedirect } from './redirect.ts';

/** For every request of one `fetch`; absent ones are as the client has them. */
export type FetchLimits = Pick<HttpRequest, 'timeoutMs' | 'maxResponseBytes' | 'maxRedirects'>;

/** Statuses of answers that have no body. */
const BODILESS = new Set([204, 205, 304]);

/**
 * `fetch` over the host's client, for libraries that take one: the egress rules, the proxy and the limits hold for them, too. The
 * answer is read whole before it is given, and what goes wrong is the coded error of the client instead of a TypeError.
 */
export function guardedFetch(http: Http, limits: FetchLimits = {}): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = await request.bytes();
    const reply = await http.send({
      ...limits,
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(body.length > 0 && { body }),
      followRedirects: request.redirect === 'follow',
      signal: request.signal,
    });
    const { status, url } = reply;
    const { host } = new URL(url);
    if (request.redirect === 'error' && isRedirect(status, reply.headers['location']))
      throw raise.HTTP_PORT_REDIRECT_INVALID({ host, reason: 'this request follows none' });
    if (status < 200 || status > 599) throw raise.HTTP_PORT_REPLY_INVALID({ host, cause: `the status is ${status}` });
    const response = new Response(BODILESS.has(status) ? null : Buffer.from(reply.body), {
      status,
      headers: { ...reply.headers },
    });
    Object.defineProperties(response, { url: { value: url }, redirected: { value: url !== request.url } });
    return response;
  };
}
