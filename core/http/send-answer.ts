import type { ServerResponse } from 'node:http';
import { stringifyJson } from '@backplane/sdk';
import type { Answer } from './route.ts';
import { writeBody } from './write-body.ts';

/** Writes an answer as JSON with exact numbers; nothing for a handler that wrote the response itself. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (answer === undefined) return;
  const { status = 200, body, headers } = answer;
  if (headers !== undefined) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) {
    response.statusCode = status;
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  writeBody(response, status, stringifyJson(body));
}

/** Aborts when the client has gone before its answer was complete. */
export function clientGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
