import { type BodyNeeds, defineGatewayPolicy, type Exchange, type PolicyReply, problemReply } from '@backplane/sdk';
import { changeBody } from './change-body.ts';
import { isJson, parseJson } from './json-text.ts';
import { settings } from './settings.ts';

const held = (changes: { readonly maxBytes: number } | undefined) =>
  changes === undefined ? 'none' : ({ buffer: { maxBytes: changes.maxBytes, onOverflow: 'refuse' } } as const);

export const bodyTransform = defineGatewayPolicy({
  name: 'body-transform',
  title: 'Body transform',
  summary: 'Picks, leaves out, renames, moves and sets parts of JSON bodies of requests and answers.',
  config: settings,
  phases: ['rewrite', 'responseHeaders'],
  // What must not pass would pass otherwise.
  onFailure: 'closed',
  protocols: ['http'],
  create({ config: { request: ofRequest, response: ofResponse } }) {
    const toRequest = ofRequest && changeBody(ofRequest);
    const toResponse = ofResponse && changeBody(ofResponse);
    return {
      body: { request: held(ofRequest), response: held(ofResponse) } satisfies BodyNeeds,
      rewrite(exchange) {
        const { request, upstream } = exchange;
        // What comes compressed cannot be changed.
        if (toResponse !== undefined) upstream.headers.set('accept-encoding', 'identity');
        const body = upstream.body ?? request.body;
        if (toRequest === undefined || body === undefined || body.byteLength === 0) return undefined;
        if (!isJson(request.headers.get('content-type'))) return undefined;
        if (isCoded(request.headers.get('content-encoding'))) return codedRequest(exchange);
        const changed = changedBytes(exchange, body, toRequest);
        if (changed === undefined) return unreadableRequest(exchange);
        upstream.body = changed;
        return undefined;
      },
      responseHeaders(exchange) {
        const { response } = exchange;
        const { body, headers, status } = response;
        if (toResponse === undefined || (status >= 400 && !ofResponse!.errors)) return undefined;
        if (!isJson(headers.get('content-type'))) return undefined;
        headers.delete('etag');
        if (body === undefined || body.byteLength === 0) {
          if (exchange.request.method === 'HEAD') headers.delete('content-length');
          return undefined;
        }
        const changed = isCoded(headers.get('content-encoding')) ? undefined : changedBytes(exchange, body, toResponse);
        if (changed === undefined) return unreadableAnswer(exchange);
        response.body = changed;
        for (const name of ['content-md5', 'digest', 'content-digest', 'repr-digest', 'accept-ranges'])
          headers.delete(name);
        return undefined;
      },
    };
  },
});

function isCoded(coding: string | undefined): boolean {
  return coding !== undefined && coding.toLowerCase() !== 'identity';
}

function changedBytes(
  exchange: Exchange,
  body: Uint8Array,
  change: (exchange: Exchange, body: unknown) => unknown,
): Uint8Array | undefined {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    return undefined;
  }
  return new TextEncoder().encode(JSON.stringify(change(exchange, value)));
}

function codedRequest(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 415,
    code: 'GATEWAY_BODY_CODED',
    title: 'Unsupported content coding',
    detail: 'The body must not be compressed.',
    exchange,
    headers: { 'accept-encoding': 'identity' },
  });
}

function unreadableRequest(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 400,
    code: 'GATEWAY_BODY_NOT_JSON',
    title: 'No JSON',
    detail: 'The body is no JSON.',
    exchange,
  });
}

function unreadableAnswer(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 502,
    code: 'GATEWAY_ANSWER_NOT_JSON',
    title: 'Bad gateway',
    detail: 'The answer of the upstream cannot be read.',
    exchange,
  });
}
