import { createHash } from 'node:crypto';
import {
  andThen,
  answerHeaders,
  type Exchange,
  type PolicyStep,
  type Ready,
  type ResponseExchange,
} from '@backplane/sdk';
import { answerStore } from './answer-store.ts';
import type { OcelotSettings } from './settings.ts';
import { type AnswerCopy, BodyCopy, bytesOf } from './stored-answer.ts';

interface OcelotAnswer extends AnswerCopy {
  /** Epoch milliseconds. */
  readonly until: number;
}

interface Course {
  readonly key: string;
  readonly version: string;
  cookies?: readonly string[];
  /** As it comes from inside: what others make of it comes after. */
  copying?: Pick<AnswerCopy, 'status' | 'headers' | 'cookies'> & { readonly body: BodyCopy };
}

/** Keeps every answer for a fixed time, as Ocelot does: any method, any status, whatever its headers say. */
export function ocelotCache(
  settings: OcelotSettings,
  version: () => Ready<string>,
  now: () => number,
  count: (result: string) => void,
) {
  const { ttl, header, contentHashing, maxEntry, maxMemory } = settings;
  const store = answerStore<OcelotAnswer>(maxMemory);

  /** Undefined: the body is part of the key and was too large to be read. */
  function keyOf({ request }: Exchange): string | undefined {
    const parts = `${request.method} ${request.host} ${request.url} ${encodeURIComponent(request.headers.get(header) ?? '')}`;
    if (!contentHashing || request.bodyKind === 'none') return parts;
    return request.body && `${parts} ${createHash('sha256').update(request.body).digest('base64')}`;
  }

  return {
    cache(exchange: Exchange): PolicyStep {
      const key = exchange.request.protocol === 'ws' ? undefined : keyOf(exchange);
      if (key === undefined) return undefined;
      return andThen(version(), (known): PolicyStep => {
        const course: Course = { key, version: known };
        exchange.own = course;
        const kept = store.find(key, (answer) => answer.version === known && answer.until > now());
        count(kept === undefined ? 'MISS' : 'HIT');
        if (kept === undefined) return undefined;
        course.cookies = kept.cookies;
        return { status: kept.status, headers: kept.headers, body: kept.body, because: 'cache: HIT' };
      }) as PolicyStep;
    },

    responseHeaders({ own, response }: ResponseExchange): undefined {
      const course = own as Course | undefined;
      if (course === undefined) return;
      for (const line of course.cookies ?? []) response.headers.append('set-cookie', line);
      if (course.cookies !== undefined || response.source === 'gateway') return;
      const { status, headers } = response;
      const cookies = headers.all('set-cookie');
      course.copying = { status, headers: answerHeaders(headers), cookies, body: new BodyCopy(maxEntry) };
    },

    responseBody(exchange: ResponseExchange, piece: Uint8Array, last: boolean): Uint8Array {
      const course = exchange.own as Course | undefined;
      if (course?.copying === undefined) return piece;
      const { status, headers, cookies, body: copy } = course.copying;
      if (!copy.add(piece)) delete course.copying;
      else if (last) {
        const body = copy.whole(exchange);
        delete course.copying;
        if (body !== undefined)
          store.put(
            course.key,
            {
              status,
              headers,
              cookies,
              body,
              bytes: bytesOf(headers, body),
              version: course.version,
              until: now() + ttl,
            },
            () => true,
          );
      }
      return piece;
    },
  };
}
