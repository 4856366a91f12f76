import type { IncomingMessage, ServerResponse } from 'node:http';
import { withCorrelation } from '../../telemetry/correlation.ts';
import type { ApiServices } from '../api-services.ts';
import { openRequest } from '../open-request.ts';
import { answerProblem } from '../problem.ts';
import type { WebhookHandler } from './webhook-handler.ts';

/** What metrics call every webhook address. */
export const WEBHOOK_ROUTE = '/api/webhooks/{path}';

const PREFIX = '/api/webhooks/';
/** Below it are addresses of the host's own. */
const RESERVED = 'interactions/';

/** The short way from the socket to a webhook: the same as every other address gets, without a router. False: not for this door. */
export function webhookDoor(
  handle: WebhookHandler,
  { metrics, log }: Pick<ApiServices, 'metrics' | 'log'>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const serve = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const start = performance.now();
    try {
      await handle(request, response, path);
    } catch (thrown) {
      answerProblem(log, thrown, { method: request.method!, path: PREFIX + path }, response);
    }
    if (!response.writableEnded) return;
    const { method } = request;
    const { statusCode: status } = response;
    const seconds = (performance.now() - start) / 1000;
    metrics.httpAnswered(WEBHOOK_ROUTE, method!, status, seconds);
    log.debug('request', { method, path: PREFIX + path, status, seconds });
  };
  let arrived: (() => void)[] = [];
  const serveAll = () => {
    const calls = arrived;
    arrived = [];
    for (const call of calls) call();
  };
  return (request, response) => {
    const path = pathOf(request.url!);
    if (path === undefined) return false;
    if (arrived.length === 0) setImmediate(serveAll);
    arrived.push(() => withCorrelation(openRequest(request, response), () => void serve(request, response, path)));
    return true;
  };
}

/** Undefined for whatever is not written in the usual way; the router knows what to make of that. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith(PREFIX)) return undefined;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url.slice(PREFIX.length) : url.slice(PREFIX.length, mark);
  return path === '' || path.startsWith(RESERVED) || path.includes('%') || path.includes('#') ? undefined : path;
}
