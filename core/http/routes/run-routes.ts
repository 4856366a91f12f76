import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { RouteServices } from '../api-services.ts';
import { mediaType } from '../request-body.ts';
import { defineRoute, type Route } from '../route.ts';
import { sendRunEvents } from '../run-events.ts';
import { startRun } from '../start-run.ts';
import { answerWithRun, runAnswers, waitMode } from '../wait-for-run.ts';

const tag = 'Runs';
const runId = z.object({ id: z.string().describe('Run id.') });

/** Start and follow runs. */
export function runRoutes({
  runs,
  workflows,
  stopping,
}: Pick<RouteServices, 'runs' | 'workflows' | 'stopping'>): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/workflows/:id/runs',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Start a run',
      params: z.object({ id: z.string().describe('Id or alias of the workflow.') }),
      query: z.object({
        wait: waitMode,
        environment: z.string().optional(),
      }),
      bodyKind: 'input',
      answers: runAnswers,
      handle: async ({ caller, params, query, body, request, signal }) => {
        const { workspace } = caller.place;
        const workflow = await workflows.in(workspace).runnable(params.id);
        const here = runs.in(workspace);
        const idempotencyKey = request.get('idempotency-key');
        const handle = await startRun(here, workflow, inputOf(body, mediaType(request)), {
          triggerType: 'api',
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
          ...(query.environment === undefined ? {} : { environment: query.environment }),
        });
        return answerWithRun(here, handle, { wait: query.wait, signal: AbortSignal.any([signal, stopping]) });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/runs/:id/events',
      access: { scope: 'run:read' },
      tag,
      summary: 'Follow a run as server-sent events; `Last-Event-ID` resumes',
      params: runId,
      answers: { 200: { description: 'One event a journal record, then `end`.', mediaType: 'text/event-stream' } },
      handle: async ({ caller, params, request, response, signal }) => {
        const here = runs.in(caller.place.workspace);
        if ((await here.get(params.id)) === undefined) throw raise.RUN_NOT_FOUND({ runId: params.id });
        await sendRunEvents(here, params.id, request, response, AbortSignal.any([signal, stopping]));
        return undefined;
      },
    }),
  ];
}

/** A JSON body is `{input: …}`; any other body is the input itself. */
function inputOf(body: unknown, type: string): unknown {
  if (type !== '' && type !== 'application/json') return body;
  if (body === null) return null;
  const keys = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body as object) : ['?'];
  if (keys.some((key) => key !== 'input'))
    throw raise.HTTP_INVALID_REQUEST({ problems: ['body: expected {"input": …}'] });
  return (body as { input?: unknown }).input ?? null;
}
