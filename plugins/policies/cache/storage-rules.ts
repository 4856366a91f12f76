import { answerHeaders, type ResponseExchange } from '@backplane/sdk';
import CachePolicy from 'http-cache-semantics';
import { directiveMs, parseDirectives } from './directives.ts';
import type { NativeSettings } from './settings.ts';
import type { StoredAnswer } from './stored-answer.ts';

export type AnswerFacts = Omit<StoredAnswer, 'body' | 'bytes' | 'version' | 'own'>;

/** Decides what may be kept, and for how long, by RFC 9111 as a shared cache. */
export function storageRules(settings: NativeSettings, now: () => number) {
  const { defaultTtl, perCaller, setCookie, varyBy } = settings;
  const Policy = class extends CachePolicy {
    now(): number {
      return now();
    }
  };
  const seconds = (ms: number) => Math.floor(ms / 1_000);

  /** Undefined: it must not be kept. */
  function factsOf(exchange: ResponseExchange): AnswerFacts | undefined {
    const { request, response, identity } = exchange;
    if (response.status === 206 || response.status === 304) return undefined;
    const cookies = response.headers.all('set-cookie');
    if (cookies.length > 0 && setCookie === 'refuse') return undefined;
    const isOneCallers = perCaller && identity !== undefined;
    const headers = answerHeaders(response.headers);
    const varied = fieldNames(headers['vary']);
    if (varied.includes('*')) return undefined;
    const policy = new Policy(requestFacts(exchange, isOneCallers), responseFacts(response.status, headers), {
      shared: !isOneCallers,
      cacheHeuristic: 0,
    });
    if (!policy.storable()) return undefined;
    const facts = {
      status: response.status,
      headers,
      cookies: setCookie === 'keep' ? cookies : [],
      policy,
      vary: [...new Set([...varied, ...varyBy.map((name) => name.toLowerCase())])].map(
        (name) => [name, request.headers.all(name).join(', ')] as const,
      ),
      ...afterwards(headers, isOneCallers),
    };
    // What is stale at once and cannot be asked for again by a condition is of no use.
    const hasValidator = headers['etag'] !== undefined || headers['last-modified'] !== undefined;
    return policy.stale() && !hasValidator && facts.staleIfErrorMs === 0 && facts.staleWhileRevalidateMs === 0
      ? undefined
      : facts;
  }

  /** What an answer is good for when it is no longer fresh. */
  function afterwards(headers: Readonly<Record<string, string>>, isOneCallers: boolean) {
    const said = parseDirectives(headers['cache-control']);
    const mustRevalidate =
      said.has('must-revalidate') || said.has('no-cache') || (!isOneCallers && said.has('proxy-revalidate'));
    // Who names a lifetime for shared caches has to name the time after it as well.
    const mayFallBack = !mustRevalidate && !said.has('s-maxage');
    const staleMs = (name: string, fallback = 0) =>
      mustRevalidate ? 0 : (directiveMs(said, name) ?? (mayFallBack ? fallback : 0));
    return {
      mustRevalidate,
      staleWhileRevalidateMs: staleMs('stale-while-revalidate', settings.staleWhileRevalidate),
      staleIfErrorMs: staleMs('stale-if-error', settings.staleIfError),
    };
  }

  /** Whoever is signed in counts as authorized, by whatever header: only answers that allow it are kept for all. */
  function requestFacts({ request, identity }: ResponseExchange, isOneCallers: boolean): CachePolicy.HttpRequest {
    const isAuthorized = identity !== undefined || request.headers.get('authorization') !== undefined;
    const control = request.headers.get('cache-control')?.toLowerCase();
    return {
      method: 'GET',
      headers: {
        ...(isAuthorized && !isOneCallers && { authorization: 'yes' }),
        ...(control !== undefined && { 'cache-control': control }),
      },
    };
  }

  function responseFacts(status: number, headers: Readonly<Record<string, string>>): CachePolicy.HttpResponse {
    // The library takes directives as they are spelled; `Private` has to count too.
    const control = headers['cache-control']?.toLowerCase();
    const isSilent = control === undefined && headers['expires'] === undefined && headers['pragma'] === undefined;
    const given = isSilent && defaultTtl !== undefined ? `max-age=${seconds(defaultTtl)}` : control;
    const { vary: _compared, ...others } = headers;
    return { status, headers: { ...others, ...(given !== undefined && { 'cache-control': given }) } };
  }

  /** The answer with the headers of a 304. Undefined when that 304 is of another answer. */
  function refreshed(
    answer: StoredAnswer,
    exchange: ResponseExchange,
  ): (AnswerFacts & { readonly mayBeKept: boolean }) | undefined {
    const news = answerHeaders(exchange.response.headers);
    const { etag } = news;
    const plain = (tag: string) => tag.replace(/^W\//, '');
    if (etag !== undefined && answer.headers['etag'] !== undefined && plain(etag) !== plain(answer.headers['etag']))
      return undefined;
    const { 'content-length': _length, 'content-encoding': _encoding, 'content-type': _type, ...updates } = news;
    const headers = { ...answer.headers, age: '0', ...updates };
    const isOneCallers = perCaller && exchange.identity !== undefined;
    const policy = new Policy(requestFacts(exchange, isOneCallers), responseFacts(answer.status, headers), {
      shared: !isOneCallers,
      cacheHeuristic: 0,
    });
    const { status, cookies, vary } = answer;
    return {
      status,
      headers,
      cookies,
      policy,
      vary,
      ...afterwards(headers, isOneCallers),
      mayBeKept: policy.storable(),
    };
  }

  return { factsOf, refreshed };
}

function fieldNames(header: string | undefined): string[] {
  return (header ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
}
