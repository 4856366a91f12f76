import type { Http, HttpReply, HttpRequest } from '@backplane/sdk';
import { stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { compileMatch, type FixtureCall } from './fixture-match.ts';
import { type FixtureAnswer, parseFixture } from './fixture-schema.ts';

/**
 * Answers requests from a fixture, without a network: `{status, headers, data}` for every call, or a list of `{match, answer}` of which
 * the first that fits answers. Nothing of a request is checked that its match does not ask for. Throws HTTP_PORT_FIXTURE_INVALID.
 */
export function createFixtureHttp(fixture: unknown): Http {
  const entries = parseFixture(fixture).map(({ match, answer }) => ({
    fits: compileMatch(match),
    reply: compileAnswer(answer),
  }));
  return {
    async send(request) {
      const call = callOf(request);
      for (const { fits, reply } of entries) if (await fits(call)) return { ...reply, url: request.url };
      throw raise.HTTP_PORT_FIXTURE_NO_MATCH({ method: call.method, url: withoutQueryValues(request.url) });
    },
  };
}

/** An object, list, number … is JSON; a string is text; no data is an empty body. */
function compileAnswer({ status, headers, data }: FixtureAnswer): Omit<HttpReply, 'url'> {
  const type = typeof data === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const body = data === undefined ? '' : typeof data === 'string' ? data : stringifyJson(data);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    headers: data === undefined ? lower : { 'content-type': type, ...lower },
    body: Buffer.from(textOrJson(body, data, lower)),
    fixture: typeof data === 'string' ? {} : { data },
  };
}

/** A string under an explicit JSON content type is that JSON string, unless it is JSON text already. */
function textOrJson(body: string, data: unknown, headers: Readonly<Record<string, string>>): string {
  if (typeof data !== 'string' || !(headers['content-type'] ?? '').startsWith('application/json')) return body;
  try {
    JSON.parse(body);
    return body;
  } catch {
    return JSON.stringify(data);
  }
}

function callOf(request: HttpRequest): FixtureCall {
  let text: Promise<string> | undefined;
  return {
    method: (request.method ?? 'GET').toUpperCase(),
    url: request.url,
    bodyText: () => {
      text ??= bodyText(request.body);
      return text;
    },
  };
}

function bodyText(given: HttpRequest['body']): Promise<string> {
  const body = typeof given === 'function' ? given() : given;
  return new Response(body as ConstructorParameters<typeof Response>[0]).text();
}

/** Names of parameters help to find the call; their values may be secret. */
function withoutQueryValues(url: string): string {
  return url.replace(/\?([^#]*)/s, (_all, query: string) => `?${query.replaceAll(/=[^&]*/g, '=…')}`);
}
