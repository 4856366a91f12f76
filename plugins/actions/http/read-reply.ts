import { type HttpReply, parseJson } from '@backplane/sdk';
import { raise } from './errors.ts';
import { hostOf } from './host-of.ts';

export interface Response {
  readonly status_code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

export interface Reading {
  readonly parse: 'auto' | 'json' | 'text';
  readonly base64_encode_data?: boolean;
}

/** What actions return. JSON only for the type application/json, unless `parse` says otherwise; null for 204. */
export function readReply(reply: HttpReply, reading: Reading): Response {
  return { status_code: reply.status, headers: reply.headers, data: dataOf(reply, reading) };
}

function dataOf(reply: HttpReply, { parse, base64_encode_data }: Reading): unknown {
  if (reply.fixture?.data !== undefined) return reply.fixture.data;
  if (reply.status === 204) return null;
  if (base64_encode_data) return Buffer.from(reply.body).toString('base64');
  const isJson = parse === 'json' || (parse === 'auto' && typeOf(reply).startsWith('application/json'));
  if (!isJson) return bodyText(reply);
  // Services answer a HEAD or a DELETE with a JSON type and no body.
  if (reply.body.byteLength === 0) return null;
  try {
    return parseJson(new TextDecoder().decode(reply.body));
  } catch (error) {
    throw raise.HTTP_CALL_ANSWER_NOT_JSON({ host: hostOf(reply.url), status: reply.status }, { cause: error });
  }
}

/** The data as a condition looks at it: JSON wherever the body happens to be JSON. */
export function readLoosely(reply: HttpReply): Response {
  const { status, headers } = reply;
  try {
    return { status_code: status, headers, data: parseJson(new TextDecoder().decode(reply.body)) };
  } catch {
    // Not JSON, so it is text: that is the question asked here, not a failure.
    return { status_code: status, headers, data: bodyText(reply) };
  }
}

/** The body in the charset that its type names, UTF-8 otherwise. */
export function bodyText(reply: HttpReply): string {
  const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(typeOf(reply))?.[1] ?? 'utf-8';
  return decoder(charset).decode(reply.body);
}

function decoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    // A charset nobody knows: UTF-8 shows most of the text.
    return new TextDecoder();
  }
}

function typeOf(reply: HttpReply): string {
  return reply.headers['content-type'] ?? '';
}
