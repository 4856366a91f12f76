import {
  type AttemptOptions,
  andThen,
  type Exchange,
  type PolicyReply,
  type PolicyStep,
  problemReply,
  type Ready,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { answerStore } from './answer-store.ts';
import { hasConditions, isNotModified, notModifiedHeaders } from './conditional.ts';
import { type Flight, flights } from './flights.ts';
import { invalidatedKeys, keyOf } from './request-key.ts';
import type { NativeSettings } from './settings.ts';
import { type AnswerFacts, storageRules } from './storage-rules.ts';
import { BodyCopy, bytesOf, type StoredAnswer } from './stored-answer.ts';
import { type Use, useOf, wishOf } from './use-rules.ts';

/** What a request keeps from phase to phase. */
interface Course {
  readonly key: string;
  /** What besides the address keeps answers apart: route, rewritten path, caller. */
  readonly own: string;
  readonly version: string;
  readonly mayStore: boolean;
  flight?: Flight;
  /** Kept, but not to be used without asking. */
  stale?: { readonly answer: StoredAnswer; readonly ifError: boolean };
  replied?: { readonly status: string; readonly cookies: readonly string[] };
  copying?: { readonly facts: AnswerFacts; readonly body: BodyCopy };
}

type Marked<E extends Exchange> = E & { own: Course | undefined };

/** A shared cache in the memory of a worker, by RFC 9111. */
export function rfcCache(
  settings: NativeSettings,
  version: () => Ready<string>,
  now: () => number,
  count: (result: string) => void,
) {
  const { perCaller, wait, maxEntry, maxMemory, statusHeader } = settings;
  const store = answerStore<StoredAnswer>(maxMemory);
  const { factsOf, refreshed } = storageRules(settings, now);
  const under = flights(now);

  const find = ({ request }: Exchange, { key, own, version }: Course) =>
    store.find(
      key,
      (answer) =>
        answer.own === own &&
        answer.version === version &&
        answer.vary.every(([name, value]) => request.headers.all(name).join(', ') === value),
    );

  function keep({ key, own, version }: Course, facts: AnswerFacts, body: Uint8Array): StoredAnswer {
    const answer: StoredAnswer = { ...facts, body, bytes: bytesOf(facts.headers, body), version, own };
    const isSame = (other: StoredAnswer) =>
      other.version !== version ||
      (other.own === own &&
        other.vary.length === answer.vary.length &&
        answer.vary.every(([name, value], at) => other.vary[at]![0] === name && other.vary[at]![1] === value));
    store.put(key, answer, isSame);
    return answer;
  }

  function reply(exchange: Exchange, course: Course, answer: StoredAnswer, status: string): PolicyReply {
    const { request } = exchange;
    const age = String(Math.floor(answer.policy.age()));
    const headers: Record<string, string> = { ...answer.headers, age };
    count(status);
    const because = `cache: ${status}`;
    // Conditions are for answers that went well (RFC 9110, 13.2.1).
    if (answer.status < 300 && isNotModified(request.headers, headers)) {
      course.replied = { status, cookies: [] };
      return { status: 304, headers: notModifiedHeaders(headers), because };
    }
    course.replied = { status, cookies: answer.cookies };
    return { status: answer.status, headers, body: answer.body, because };
  }

  function lookUp(exchange: Exchange, course: Course, mayWait: boolean): PolicyStep {
    const wish = wishOf(exchange.request.headers);
    const answer = find(exchange, course);
    const use: Use | undefined = answer && useOf(answer, wish);
    if (use?.as === 'fresh') return reply(exchange, course, answer!, 'HIT');
    if (wish.onlyIfCached)
      return problemReply({
        status: 504,
        code: 'GATEWAY_NOT_CACHED',
        title: 'Gateway timeout',
        detail: 'You asked for an answer that is kept already, and there is none.',
        exchange,
      });
    const line = `${course.own} ${course.key}`;
    if (under.isUnderWay(line) && mayWait && !wish.reload) {
      if (use?.whileOthersAsk) return reply(exchange, course, answer!, 'STALE');
      return under.wait(line, wait, exchange.signal).then(() => lookUp(exchange, course, false));
    }
    if (use !== undefined && course.mayStore) course.stale = { answer: answer!, ifError: use.ifError };
    if (course.mayStore && mayWait && !wish.reload) {
      const flight = under.begin(line);
      if (flight !== undefined) course.flight = flight;
    }
    return undefined;
  }

  function drop({ request, response }: ResponseExchange): void {
    if (response.status < 200 || response.status >= 400) return;
    for (const key of invalidatedKeys(request, response.headers)) store.drop(key);
  }

  async function revalidate(
    exchange: Marked<UpstreamExchange>,
    course: Course,
    { answer, ifError }: NonNullable<Course['stale']>,
    next: (options?: AttemptOptions) => Promise<ResponseExchange>,
  ): Promise<ResponseExchange | PolicyReply> {
    const { headers } = exchange.upstream;
    const condition = (name: string, value: string | undefined) =>
      value === undefined ? headers.delete(name) : headers.set(name, value);
    condition('if-none-match', answer.headers['etag']);
    condition('if-modified-since', answer.headers['etag'] === undefined ? answer.headers['last-modified'] : undefined);
    let answered: ResponseExchange;
    try {
      answered = await next();
    } catch (thrown) {
      if (!ifError) throw thrown;
      return reply(exchange, course, answer, 'STALE');
    }
    const { status } = answered.response;
    if (status >= 500 && ifError) return reply(exchange, course, answer, 'STALE');
    if (status !== 304) return answered;
    const facts = refreshed(answer, answered);
    if (facts !== undefined) {
      const { mayBeKept, ...news } = facts;
      if (!mayBeKept) store.drop(course.key);
      const known = mayBeKept ? keep(course, news, answer.body) : { ...answer, ...news };
      return reply(exchange, course, known, 'REVALIDATED');
    }
    // It speaks of another answer: ask without conditions.
    headers.delete('if-none-match');
    headers.delete('if-modified-since');
    return next();
  }

  return {
    cache(exchange: UpstreamExchange): PolicyStep {
      const { request, identity, upstream, route } = exchange;
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const { noStore } = wishOf(request.headers);
      if (
        !isRead ||
        noStore ||
        request.protocol === 'ws' ||
        request.bodyKind !== 'none' ||
        request.headers.get('range') !== undefined
      )
        return undefined;
      return andThen(version(), (known) => {
        const course: Course = {
          key: keyOf(request, request.url),
          own: JSON.stringify([route.id, upstream.path, perCaller ? identity?.subject : undefined]),
          version: known,
          // A condition of the caller would bring half an answer.
          mayStore: request.method === 'GET' && !hasConditions(request.headers),
        };
        exchange.own = course;
        return lookUp(exchange, course, true);
      }) as PolicyStep;
    },

    async attempt(exchange: UpstreamExchange, next: (options?: AttemptOptions) => Promise<ResponseExchange>) {
      const course = exchange.own as Course | undefined;
      if (course?.stale === undefined) return next();
      return revalidate(exchange as Marked<UpstreamExchange>, course, course.stale, next);
    },

    responseHeaders(exchange: ResponseExchange): undefined {
      const { request, response } = exchange;
      const course = exchange.own as Course | undefined;
      if (course === undefined) {
        if (!SAFE.has(request.method) && response.source === 'upstream') drop(exchange);
        return;
      }
      const { replied, flight } = course;
      if (replied === undefined) {
        count('MISS');
        const facts = course.mayStore && response.source === 'upstream' ? factsOf(exchange) : undefined;
        if (facts === undefined || Number(response.headers.get('content-length') ?? 0) > maxEntry) flight?.end(false);
        else course.copying = { facts, body: new BodyCopy(maxEntry) };
      } else {
        for (const line of replied.cookies) response.headers.append('set-cookie', line);
        flight?.end(true);
      }
      if (statusHeader !== false) response.headers.set(statusHeader, replied?.status ?? 'MISS');
    },

    responseBody(exchange: ResponseExchange, piece: Uint8Array, last: boolean): Uint8Array {
      const course = exchange.own as Course | undefined;
      if (course?.copying === undefined) return piece;
      const { facts, body } = course.copying;
      if (!body.add(piece)) {
        delete course.copying;
        course.flight?.end(false);
      } else if (last) {
        const whole = body.whole(exchange);
        if (whole !== undefined) keep(course, facts, whole);
        course.flight?.end(whole !== undefined);
        delete course.copying;
      }
      return piece;
    },

    log(exchange: Exchange): void {
      (exchange.own as Course | undefined)?.flight?.end(false);
    },
  };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
