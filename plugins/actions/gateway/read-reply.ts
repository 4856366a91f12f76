import { type GatewayReply, parseJson } from '@backplane/sdk';
import { raise } from './errors.ts';

const SAID_IN_MESSAGE = 300;
const SAID_IN_DETAILS = 4_000;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** JSON where the answer says that it is; null for an empty one. Throws GATEWAY_CALL_STATUS_…, GATEWAY_CALL_ANSWER_NOT_JSON. */
export function readReply(upstream: string, reply: GatewayReply, ignored: readonly number[]): Answer {
  const { status, headers } = reply;
  const text = new TextDecoder().decode(reply.body);
  if (status >= 400 && !ignored.includes(status)) throw statusError(upstream, status, text.trim());
  const type = headers['content-type'] ?? '';
  if (text === '') return { status, headers, data: null };
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return { status, headers, data: text };
  try {
    return { status, headers, data: parseJson(text) };
  } catch (cause) {
    throw raise.GATEWAY_CALL_ANSWER_NOT_JSON({ upstream, status }, { cause });
  }
}

function statusError(upstream: string, status: number, text: string): Error {
  const isPassing = status >= 500 || status === 408 || status === 429;
  const code = isPassing ? 'GATEWAY_CALL_STATUS_FAILED' : 'GATEWAY_CALL_STATUS_REFUSED';
  const answer = { upstream, status, said: shorten(text, SAID_IN_MESSAGE) };
  return raise[code](answer, { details: { status, data: shorten(text, SAID_IN_DETAILS) } });
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
