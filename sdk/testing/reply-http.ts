import type { Http, HttpReply, HttpRequest } from '../ports/http.ts';

export interface GivenReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is text, everything else JSON. */
  readonly body?: unknown;
}

/** Answers each request with what the function gives for it. */
export function replyHttp(answer: (request: HttpRequest) => GivenReply | Promise<GivenReply>): Http {
  return {
    async send(request): Promise<HttpReply> {
      const { status = 200, headers = {}, body } = await answer(request);
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      return {
        status,
        headers: body === undefined ? lower : { 'content-type': type, ...lower },
        body: new TextEncoder().encode(text),
        url: request.url,
      };
    },
  };
}
