import type { BackplaneError, HttpReply } from '@backplane/sdk';
import { raise } from './errors.ts';
import { hostOf } from './host-of.ts';
import { bodyText } from './read-reply.ts';
import { retryAfterMs } from './retry-after.ts';

const SAID_IN_MESSAGE = 300;
const SAID_IN_DETAILS = 4000;

/** The error for an answer of 400 or more. `details` holds `status_code` and `data`, the beginning of what the service said. */
export function statusError(reply: HttpReply): BackplaneError {
  const text = bodyText(reply).trim();
  const answer = { host: hostOf(reply.url), status: reply.status, said: shorten(text, SAID_IN_MESSAGE) };
  const details = { status_code: reply.status, data: shorten(text, SAID_IN_DETAILS) };
  return raise[codeFor(reply.status)](answer, { details, retryAfterMs: retryAfterMs(reply) });
}

function codeFor(status: number) {
  switch (status) {
    case 400:
      return 'HTTP_STATUS_BAD_REQUEST';
    case 401:
    case 403:
      return 'HTTP_STATUS_DENIED';
    case 404:
      return 'HTTP_STATUS_NOT_FOUND';
    case 422:
      return 'HTTP_STATUS_UNPROCESSABLE';
    case 429:
      return 'HTTP_STATUS_RATE_LIMITED';
    case 408:
    case 503:
      return 'HTTP_STATUS_UNAVAILABLE';
    default:
      return status >= 500 ? 'HTTP_STATUS_SERVER_ERROR' : 'HTTP_STATUS_CLIENT_ERROR';
  }
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}
