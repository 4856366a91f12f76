import { stringifyJson } from '@backplane/sdk';
import type { Response } from 'express';
import type { Answer } from './route.ts';

/** Writes an answer as JSON with exact numbers; nothing for a handler that wrote the response itself. */
export function sendAnswer(response: Response, answer: Answer): void {
  if (answer === undefined) return;
  const { status = 200, body, headers = {} } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status);
  if (body === undefined) response.end();
  else response.type('application/json').send(stringifyJson(body));
}

/** Aborts when the client has gone before its answer was complete. */
export function clientGone(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
