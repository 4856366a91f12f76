import { z } from 'zod';
import type { RouteDescription } from '../route.ts';
import { runAnswers, waitMode } from '../wait-for-run.ts';

/** The webhook address as the OpenAPI document shows it; `webhookHandler` serves it, for every method that a workflow allows. */
export const webhookDescription: RouteDescription = {
  method: 'post',
  path: '/webhooks/:path',
  tag: 'Webhooks',
  summary: 'Call a workflow by its webhook, signed with its secret',
  params: z.object({ path: z.string().describe('The path of the webhook trigger.') }),
  query: z.object({ wait: waitMode }),
  bodyKind: 'input',
  answers: runAnswers,
};
