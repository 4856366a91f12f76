import type { Http } from '@backplane/sdk';
import type { CustomFetch } from 'openid-client';

/** Enough for discovery documents, keys and tokens. */
const MOST_BYTES = 1_048_576;

/** `fetch` through the guarded client: no redirects, little patience, small answers. */
export function providerFetch(http: Http): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const sent =
      body === undefined || body === null ? undefined : body instanceof URLSearchParams ? body.toString() : body;
    const reply = await http.send({
      url,
      method,
      headers,
      ...(sent !== undefined && { body: sent as string }),
      ...(signal !== undefined && { signal }),
      maxResponseBytes: MOST_BYTES,
    });
    const empty = reply.status === 204 || reply.status === 304;
    return new Response(empty ? null : (reply.body as Uint8Array<ArrayBuffer>), {
      status: reply.status,
      headers: { ...reply.headers },
    });
  };
}
