import { z } from 'zod';
import type { Schedules } from '../../executor/schedules/schedules.ts';
import { CATCH_UP_POLICIES, OVERLAP_POLICIES } from '../../workflow/schedule/schedule-spec.ts';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { errorRecord, listOf, page } from './schemas.ts';

const tag = 'Schedules';
const params = z.object({ id: z.string().describe('Schedule id.') });
const span = z.unknown().optional().describe('`15m`, `PT15M`, or seconds.');
const moment = z.iso.datetime({ offset: true });

/** What a spec means is read as that of a file is; here stands its shape, for the description of the API. */
const spec = z
  .looseObject({
    cron: z.string().nullish(),
    every: span,
    offset: span,
    timezone: z.string().nullish(),
    start_at: z.string().nullish(),
    end_at: z.string().nullish(),
    inputs: z.unknown().optional(),
    timeout: z.unknown().optional().describe('Seconds.'),
    environment: z.string().nullish(),
    overlap: z.string().nullish().describe(OVERLAP_POLICIES.join(', ')),
    catch_up: z.string().nullish().describe(CATCH_UP_POLICIES.join(', ')),
    catch_up_window: span,
    jitter: span,
  })
  .describe('In the words of a workflow file.');

const time = z.iso.datetime();
const schedule = z.object({
  id: z.string(),
  workflow: z.string(),
  ref: z.string(),
  origin: z.enum(['file', 'api']),
  description: z.string(),
  spec: z.looseObject({}),
  paused: z.boolean(),
  note: z.string().optional(),
  nextAt: time.nullable(),
  last: z.object({ scheduledAt: time, startedAt: time, runId: z.string(), status: z.string() }).optional(),
  counts: z.object({ fired: z.int(), skipped: z.int(), missed: z.int(), failed: z.int() }),
  waiting: z.int(),
  error: errorRecord.optional(),
  createdAt: time,
  updatedAt: time,
});
const occurrences = z.object({ items: z.array(z.object({ at: time, startsAt: time })) });
const one = (description: string) => ({ 200: { description, schema: schedule } });
const count = z.coerce.number().int().min(1).max(100).default(5);
const reason = z.strictObject({ note: z.string().max(500).optional().describe('Why; shown with the schedule.') });

/** Start workflows by the clock. */
export function scheduleRoutes({ schedules }: Pick<RouteServices, 'schedules'>): Route[] {
  return [...storedRoutes(schedules), ...controlRoutes(schedules), ...previewRoutes(schedules)];
}

function storedRoutes(schedules: Schedules): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/schedules',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'List schedules',
      query: z.object({ ...page, workflow: z.string().optional().describe('Id or alias.') }),
      answers: { 200: { description: 'A page of schedules, newest first.', schema: listOf(schedule) } },
      handle: async ({ caller, query }) => ({ body: await schedules.in(caller.place.workspace).list(query) }),
    }),
    defineRoute({
      method: 'post',
      path: '/schedules',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Create a schedule beside the file of its workflow',
      body: z.strictObject({
        workflow: z.string().describe('Id or alias.'),
        ref: z
          .string()
          .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/)
          .optional(),
        description: z.string().max(1_000).optional(),
        spec,
        paused: z.boolean().optional(),
      }),
      answers: { 201: { description: 'Stored.', schema: schedule } },
      handle: async ({ caller, body }) => {
        const created = await schedules.in(caller.place.workspace).create(body);
        return { status: 201, body: created, headers: { Location: `/api/schedules/${created.id}` } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/schedules/:id',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'Read a schedule',
      params,
      answers: one('The schedule.'),
      handle: async ({ caller, params }) => ({ body: await schedules.in(caller.place.workspace).get(params.id) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/schedules/:id',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Change a schedule that does not stand in a file; null removes a key of its spec',
      params,
      body: z.strictObject({ description: z.string().max(1_000).optional(), spec: spec.optional() }),
      answers: one('As it is now.'),
      handle: async ({ caller, params, body }) => ({
        body: await schedules.in(caller.place.workspace).change(params.id, body),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/schedules/:id',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Delete a schedule that does not stand in a file; its runs stay',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ caller, params }) => {
        await schedules.in(caller.place.workspace).delete(params.id);
        return { status: 204 };
      },
    }),
  ];
}

function controlRoutes(schedules: Schedules): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/schedules/:id/pause',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Pause a schedule: nothing starts any more, and what waits is dropped',
      params,
      body: reason,
      answers: one('Paused.'),
      handle: async ({ caller, params, body }) => ({
        body: await schedules.in(caller.place.workspace).pause(params.id, body.note),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/schedules/:id/resume',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Resume a schedule with its next occurrence',
      params,
      body: reason,
      answers: one('Resumed.'),
      handle: async ({ caller, params, body }) => ({
        body: await schedules.in(caller.place.workspace).resume(params.id, body.note),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/schedules/:id/trigger',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Start a run now, whatever the schedule says',
      params,
      answers: { 202: { description: 'Accepted and durable.', schema: z.object({ runId: z.string() }) } },
      handle: async ({ caller, params }) => {
        const run = await schedules.in(caller.place.workspace).trigger(params.id);
        return { status: 202, body: run, headers: { Location: `/api/runs/${run.runId}` } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/schedules/:id/backfill',
      access: { scope: 'workflow:execute' },
      tag,
      summary: 'Run the occurrences of a past window, one after the other unless `overlap` says otherwise',
      params,
      body: z
        .strictObject({ from: moment, to: moment, overlap: z.enum(OVERLAP_POLICIES).optional() })
        .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { message: 'expected `from` before `to`' }),
      answers: { 202: { description: 'How many will run.', schema: z.object({ occurrences: z.int() }) } },
      handle: async ({ caller, params, body: { from, to, overlap } }) => {
        const window = { from: Date.parse(from), to: Date.parse(to) };
        const filled = await schedules
          .in(caller.place.workspace)
          .backfill(params.id, { ...window, ...(overlap !== undefined && { overlap }) });
        return { status: 202, body: filled };
      },
    }),
  ];
}

function previewRoutes(schedules: Schedules): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/schedules/:id/next',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'See when a schedule comes next, as if it were not paused',
      params,
      query: z.object({ count }),
      answers: { 200: { description: 'Its next occurrences.', schema: occurrences } },
      handle: async ({ caller, params, query }) => ({
        body: { items: await schedules.in(caller.place.workspace).next(params.id, query.count) },
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/schedules/preview',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'See when a spec would fire, storing nothing',
      body: z.strictObject({ spec, count, from: moment.optional() }),
      answers: { 200: { description: 'Its next occurrences.', schema: occurrences } },
      handle: async ({ caller, body: { spec, count, from } }) => ({
        body: {
          items: schedules
            .in(caller.place.workspace)
            .preview(spec, count, from === undefined ? undefined : Date.parse(from)),
        },
      }),
    }),
  ];
}
