import type { Request } from 'express';
import { z } from 'zod';
import type { RerunRequest, RunHandle } from '../../executor/engine.ts';
import type { Runs, WorkspaceRuns } from '../../executor/workspace-runs.ts';
import { currentCorrelationId } from '../../telemetry/correlation.ts';
import type { RouteServices } from '../api-services.ts';
import { type Answer, defineRoute, type Route } from '../route.ts';
import { answerWithRun, endedRun, runAnswers, waitMode } from '../wait-for-run.ts';
import { runRecord } from './schemas.ts';

const tag = 'Runs';
const params = z.object({ id: z.string().describe('Run id.') });
const reason = z.string().max(500).optional().describe('Kept with the run.');
const version = z
  .enum(['same', 'latest'])
  .optional()
  .describe('`same`, the default: the definition of the old run. `latest`: the newest of its workflow.');
const input = z.unknown().optional().describe('Instead of the input of the old run.');
const asItIs: Route['answers'] = { 200: { description: 'The run as it is now.', schema: runRecord } };

/** Stop, pause and repeat runs. */
export function runControlRoutes({ runs, stopping }: Pick<RouteServices, 'runs' | 'stopping'>): Route[] {
  const asked = (reasonGiven: string | undefined, what: string) => reasonGiven ?? `${what} over the API`;
  return [
    defineRoute({
      method: 'post',
      path: '/runs/:id/cancel',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Cancel a run: begin nothing new, abort what runs, wait for how it ends',
      params,
      query: z.object({
        wait: z.enum(['true', 'false']).default('true').describe('`false`: answer once the wish is durable.'),
      }),
      body: z.strictObject({ reason }),
      answers: {
        200: { description: 'The run as it ended.', schema: runRecord },
        202: { description: 'The run, which has not ended yet.', schema: runRecord },
      },
      handle: async ({ caller, params: { id }, query, body, signal }) => {
        const here = runs.in(caller.place.workspace);
        await here.cancel(id, asked(body.reason, 'cancelled'));
        if (query.wait === 'true') await endedRun(here, id, AbortSignal.any([signal, stopping]));
        const run = await here.get(id);
        return { status: run?.status === 'running' ? 202 : 200, body: run };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/runs/:id',
      access: { scope: 'run:delete' },
      tag,
      summary: 'Delete a run that has ended, with its events',
      params,
      answers: { 204: { description: 'It is gone.' } },
      handle: async ({ caller, params: { id } }) => {
        const here = runs.in(caller.place.workspace);
        await here.remove(id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/runs/:id/terminate',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'End a run at once, and every run that it has started',
      params,
      body: z.strictObject({ reason }),
      answers: asItIs,
      handle: async ({ caller, params: { id }, body }) => {
        const here = runs.in(caller.place.workspace);
        await here.terminate(id, asked(body.reason, 'terminated'));
        return { body: await here.get(id) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/runs/:id/pause',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Pause a run and those that it waits for: nothing new begins',
      params,
      body: z.strictObject({ reason }),
      answers: asItIs,
      handle: async ({ caller, params: { id }, body }) => {
        const here = runs.in(caller.place.workspace);
        await here.pause(id, asked(body.reason, 'paused'));
        return { body: await here.get(id) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/runs/:id/resume',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Let a paused run go on',
      params,
      body: z.strictObject({}),
      answers: asItIs,
      handle: async ({ caller, params: { id } }) => {
        const here = runs.in(caller.place.workspace);
        await here.resume(id);
        return { body: await here.get(id) };
      },
    }),
    ...repeatRoutes(runs, stopping),
  ];
}

/** Each starts a new run. */
function repeatRoutes(runs: Runs, stopping: AbortSignal): Route[] {
  const query = z.object({ wait: waitMode });
  const answer = (
    here: WorkspaceRuns,
    handle: RunHandle,
    wait: z.output<typeof waitMode>,
    signal: AbortSignal,
  ): Promise<Answer> => answerWithRun(here, handle, { wait, signal: AbortSignal.any([signal, stopping]) });
  return [
    defineRoute({
      method: 'post',
      path: '/runs/:id/retry',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Start a new run that does what this one has not achieved; results that it has stand',
      params,
      query,
      body: z.strictObject({ version, reason }),
      answers: runAnswers,
      handle: async ({ caller, params: { id }, query: { wait }, body, request, signal }) => {
        const here = runs.in(caller.place.workspace);
        return answer(here, await here.rerun(id, rerunOf(request, body, { from: 'failed' })), wait, signal);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/runs/:id/rerun-from/:ref',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Start a new run from a step on, with the results of the steps before it',
      params: params.extend({ ref: z.string().describe('The step: no part of a scatter or loop, but its start.') }),
      query,
      body: z.strictObject({ version, reason, input }),
      answers: runAnswers,
      handle: async ({ caller, params: { id, ref }, query: { wait }, body, request, signal }) => {
        const here = runs.in(caller.place.workspace);
        return answer(here, await here.rerun(id, rerunOf(request, body, { from: { ref } })), wait, signal);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/runs/:id/replay',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Start a new run with the same or another input',
      params,
      query,
      body: z.strictObject({ version, reason, input }),
      answers: runAnswers,
      handle: async ({ caller, params: { id }, query: { wait }, body, request, signal }) => {
        const here = runs.in(caller.place.workspace);
        return answer(here, await here.rerun(id, rerunOf(request, body)), wait, signal);
      },
    }),
  ];
}

interface RerunBody {
  readonly version?: 'same' | 'latest' | undefined;
  readonly reason?: string | undefined;
  readonly input?: unknown;
}

function rerunOf(request: Request, body: RerunBody, what: Pick<RerunRequest, 'from'> = {}): RerunRequest {
  const idempotencyKey = request.get('idempotency-key');
  const correlationId = currentCorrelationId();
  const { version: wanted, reason: why, input: given } = body;
  return {
    ...what,
    ...(given !== undefined && { input: given }),
    ...(wanted !== undefined && { version: wanted }),
    ...(why !== undefined && { reason: why }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(correlationId !== undefined && { correlationId }),
  };
}
