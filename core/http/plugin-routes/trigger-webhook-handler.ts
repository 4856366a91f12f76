import type { RequestHandler } from 'express';
import type { ApiServices } from '../api-services.ts';
import { fieldsOf, rawBody } from '../request-body.ts';
import { plainHeaders } from './plain-headers.ts';

/** `/api/plugin-webhooks/<token>`: where services tell a plugin's trigger what happened. The trigger itself proves the sender. */
export function triggerWebhookHandler({ triggers }: Pick<ApiServices, 'triggers'>): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = '/api/plugin-webhooks/{token}';
    response.setHeader('Cache-Control', 'no-store');
    const { method, originalUrl: url } = request;
    const mark = url.indexOf('?');
    const query = fieldsOf(new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))) as Record<
      string,
      string | string[]
    >;
    const body = new Uint8Array(rawBody(request));
    const token = String(request.params['token']);
    const reply = await triggers.receive(token, { method, url, query, headers: plainHeaders(request), body });
    for (const [name, value] of Object.entries(reply.headers ?? {}))
      if (/^(?:content-type|x-.*)$/i.test(name)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    response.status(reply.status);
    if (reply.body === undefined) response.end();
    else response.end(reply.body);
  };
}
