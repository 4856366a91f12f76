import type { Http, HttpReply } from '@backplane/sdk';
import type { RepeatableArguments } from './arguments.ts';
import { composeRequest, type RequestContext } from './compose-request.ts';
import { statusError } from './status-error.ts';

export interface SendContext extends RequestContext {
  readonly http: Http;
}

export function send(input: RepeatableArguments, context: SendContext): Promise<HttpReply> {
  return context.http.send(composeRequest(input, context));
}

/** As {@link send}, but a status of 400 and above that is not ignored is thrown as HTTP_STATUS_…. */
export async function sendAndCheck(input: RepeatableArguments, context: SendContext): Promise<HttpReply> {
  const reply = await send(input, context);
  checkStatus(reply, input.ignore_status_codes);
  return reply;
}

export function checkStatus(reply: HttpReply, ignored: readonly number[]): void {
  if (reply.status >= 400 && !ignored.includes(reply.status)) throw statusError(reply);
}
