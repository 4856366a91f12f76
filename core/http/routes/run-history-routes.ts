import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { followChanges } from '../../executor/history/follow-changes.ts';
import type { RouteServices } from '../api-services.ts';
import { openEventStream } from '../event-stream.ts';
import { defineRoute, type Route } from '../route.ts';
import { attemptRecord, runDetails } from './run-details-schema.ts';
import { filterOf, listOfRuns, runFilter, runList, workflowFilter } from './run-query.ts';
import { listOf, page, runSummary } from './schemas.ts';

const tag = 'Runs';
const runId = z.object({ id: z.string().describe('Run id.') });
const DAY_MS = 86_400_000;
const LOOK_AGAIN_MS = 1_000;
/** Whoever comes back later reads the list. */
const LONGEST_GAP_MS = 3_600_000;

const statistics = z.object({
  since: z.iso.datetime().describe('The counts are of runs that started then or later.'),
  total: z.int(),
  counts: z.object({ running: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() }),
  durationMs: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).optional(),
});

const listed = (text: string) => text.split(',').filter((part) => part !== '');

/** See what runs have done: lists, counts, steps and attempts, and news of all runs. */
export function runHistoryRoutes({
  runs,
  workflows,
  stopping,
}: Pick<RouteServices, 'runs' | 'workflows' | 'stopping'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/workflows/:id/runs',
      access: { scope: 'run:read' },
      tag,
      summary: 'List the runs of a workflow',
      params: z.object({ id: z.string().describe('Id or alias of the workflow.') }),
      query: z.object(runList),
      answers: { 200: { description: 'A page of runs.', schema: listOf(runSummary) } },
      handle: async ({ caller, params, query }) => ({
        body: await runs
          .in(caller.place.workspace)
          .list(await listOfRuns({ ...query, workflow: params.id }, workflows.in(caller.place.workspace))),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/runs',
      access: { scope: 'run:read' },
      tag,
      summary: 'List runs',
      query: z.object({ ...runList, ...workflowFilter }),
      answers: { 200: { description: 'A page of runs.', schema: listOf(runSummary) } },
      handle: async ({ caller, query }) => ({
        body: await runs.in(caller.place.workspace).list(await listOfRuns(query, workflows.in(caller.place.workspace))),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/runs/stats',
      access: { scope: 'run:read' },
      tag,
      summary: 'Count runs by status',
      query: z.object({ ...runFilter, ...workflowFilter }),
      answers: { 200: { description: 'Of the last 24 hours, unless `started_after` says else.', schema: statistics } },
      handle: async ({ caller, query }) => {
        const since = query.started_after ?? Date.now() - DAY_MS;
        const stats = await runs
          .in(caller.place.workspace)
          .stats(await filterOf({ ...query, started_after: since }, workflows.in(caller.place.workspace)));
        return { body: { since: new Date(since).toISOString(), ...stats } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/runs/events',
      access: { scope: 'run:read' },
      tag,
      summary: 'Follow the runs of the workspace as server-sent events `started` and `ended`; `Last-Event-ID` resumes',
      query: z.object(workflowFilter),
      answers: { 200: { description: 'One event a start or end of a run.', mediaType: 'text/event-stream' } },
      handle: async ({ caller, query, request, response, signal: gone }) => {
        const { workflow } = await filterOf(query, workflows.in(caller.place.workspace));
        const signal = AbortSignal.any([gone, stopping]);
        const since = resumeFrom(request.get('last-event-id'), Date.now());
        using stream = openEventStream(response, signal);
        for await (const { at, ...change } of followChanges(runs.in(caller.place.workspace), {
          since,
          signal,
          pauseMs: LOOK_AGAIN_MS,
        })) {
          if (workflow !== undefined && change.workflow !== workflow) continue;
          const { type, startedAt, endedAt, ...run } = change;
          const ended = endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() };
          await stream.send(type, { ...run, startedAt: new Date(startedAt).toISOString(), ...ended }, at);
        }
        return undefined;
      },
    }),
    defineRoute({
      method: 'get',
      path: '/runs/:id',
      access: { scope: 'run:read' },
      tag,
      summary: 'Read a run with its steps and their attempts',
      params: runId,
      query: z.object({
        steps: z.string().transform(listed).optional().describe('Only these steps: refs, with commas between.'),
        attempts: z.coerce.number().int().min(0).max(200).default(20).describe('At most so many of each step.'),
        streams: z.coerce.number().int().min(0).max(200).default(100).describe('At most so many streams.'),
        streams_cursor: z.string().optional().describe('`nextStreams` of the answer before.'),
      }),
      answers: { 200: { description: 'The run.', schema: runDetails } },
      handle: async ({ caller, params, query: { steps, attempts, streams, streams_cursor: after } }) => {
        const query = {
          attempts,
          streams,
          ...(steps && { steps }),
          ...(after !== undefined && { streamsAfter: after }),
        };
        const run = await runs.in(caller.place.workspace).details(params.id, query);
        if (run === undefined) throw raise.RUN_NOT_FOUND({ runId: params.id });
        return { body: run };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/runs/:id/attempts',
      access: { scope: 'run:read' },
      tag,
      summary: 'List the attempts of a run, in the order in which they ended',
      params: runId,
      query: z.object({
        ...page,
        step: z.string().optional().describe('Ref of a step.'),
        stream: z.string().optional().describe('Id of a stream, such as `hosts:3`.'),
        item: z.coerce.number().int().min(0).optional().describe('Of a `for_each`: which item, from 0.'),
        status: z.enum(['running', 'completed', 'failed', 'timed-out', 'cancelled']).optional(),
      }),
      answers: { 200: { description: 'A page of attempts.', schema: listOf(attemptRecord) } },
      handle: async ({ caller, params, query }) => ({
        body: await runs.in(caller.place.workspace).attempts(params.id, query),
      }),
    }),
  ];
}

function resumeFrom(lastEventId: string | undefined, now: number): number {
  const last = Number(lastEventId ?? Number.NaN);
  return Number.isSafeInteger(last) ? Math.min(now, Math.max(last, now - LONGEST_GAP_MS)) : now;
}
