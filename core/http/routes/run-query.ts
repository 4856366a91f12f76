import { z } from 'zod';
import type { RunFilter, RunListQuery } from '../../executor/run-filter.ts';
import type { WorkspaceWorkflows } from '../../workflow/workflow-catalogue.ts';
import { page } from './schemas.ts';

const moment = (what: string) =>
  z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .transform((text) => Date.parse(text))
    .optional()
    .describe(`${what}: a date, or a date and time with its offset (ISO 8601).`);

/** What runs can be filtered by. */
export const runFilter = {
  status: z.enum(['running', 'completed', 'failed', 'cancelled']).optional(),
  trigger_type: z.string().optional().describe('Such as `api`, `webhook`, `subflow`.'),
  started_after: moment('Started then or later'),
  started_before: moment('Started before'),
  ended_after: moment('Ended then or later'),
  ended_before: moment('Ended before'),
  duration_gt: z.coerce.number().min(0).optional().describe('Took longer, or has been running longer; seconds.'),
  parent: z.string().optional().describe('Id of the run that started them.'),
  q: z.string().min(1).max(200).optional().describe('How the code of the error begins, or what its message contains.'),
};

export const workflowFilter = { workflow: z.string().optional().describe('Id or alias of a workflow.') };

export const runList = {
  ...page,
  ...runFilter,
  order: z.enum(['newest', 'oldest']).default('newest').describe('By start.'),
};

type Filter = z.output<z.ZodObject<typeof runFilter & typeof workflowFilter>>;
type List = z.output<z.ZodObject<typeof runList & typeof workflowFilter>>;

/** Throws WORKFLOW_NOT_FOUND. */
export async function filterOf(query: Filter, workflows: Pick<WorkspaceWorkflows, 'get'>): Promise<RunFilter> {
  const { workflow, status, parent, q, duration_gt: longer } = query;
  return defined({
    workflow: workflow === undefined ? undefined : (await workflows.get(workflow)).id,
    status,
    parent,
    q,
    triggerType: query.trigger_type,
    startedAfter: query.started_after,
    startedBefore: query.started_before,
    endedAfter: query.ended_after,
    endedBefore: query.ended_before,
    longerThanMs: longer === undefined ? undefined : longer * 1000,
  });
}

export async function listOfRuns(query: List, workflows: Pick<WorkspaceWorkflows, 'get'>): Promise<RunListQuery> {
  const { limit, order, cursor } = query;
  return { ...(await filterOf(query, workflows)), limit, order, ...(cursor !== undefined && { cursor }) };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
