import { z } from 'zod';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { BULK_CAP, controlRuns, findRuns } from '../run-bulk.ts';

const filter = z.strictObject({
  workflow: z.string().optional().describe('Id or alias.'),
  status: z
    .enum(['running', 'completed', 'failed', 'cancelled'])
    .optional()
    .describe('Default: `failed` for `retry`, else `running`.'),
});

const body = z
  .strictObject({
    action: z.enum(['cancel', 'terminate', 'pause', 'resume', 'retry']),
    ids: z.array(z.string()).min(1).max(BULK_CAP).optional(),
    filter: filter.optional(),
    reason: z.string().max(500).optional(),
  })
  .refine(({ ids, filter: runs }) => (ids === undefined) !== (runs === undefined), 'expected either `ids` or `filter`');

const outcome = z.object({
  matched: z.int().describe(`Runs that were asked for, at most ${BULK_CAP}.`),
  done: z.int(),
  failed: z.array(z.object({ runId: z.string(), code: z.string(), message: z.string() })),
  more: z.boolean().describe('The filter fits more runs than one call may touch: ask again.'),
});

/** Control many runs at once. */
export function runBulkRoutes({ runs, workflows }: Pick<RouteServices, 'runs' | 'workflows'>): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/runs/bulk',
      access: { scope: 'workflow:execute' },
      tag: 'Runs',
      summary: 'Do the same to many runs; one that refuses does not keep it from the others',
      body,
      answers: { 200: { description: 'What became of it. Nobody waits for runs to end.', schema: outcome } },
      handle: async ({
        caller,
        body: { action, ids, filter: wanted = {}, reason = `${action} of many over the API` },
      }) => {
        const { workspace } = caller.place;
        const here = runs.in(workspace);
        const { workflow, status = action === 'retry' ? 'failed' : 'running' } = wanted;
        const { id } = workflow === undefined ? {} : await workflows.in(workspace).get(workflow);
        const found =
          ids === undefined
            ? await findRuns(here, { status, ...(id !== undefined && { workflow: id }) })
            : { ids: [...new Set(ids)], more: false };
        return { body: { ...(await controlRuns(here, action, found.ids, reason)), more: found.more } };
      },
    }),
  ];
}
