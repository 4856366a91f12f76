import { z } from 'zod';
import type { RouteDescription } from '../route.ts';
import { waitMode } from '../wait-for-run.ts';

const accepted = z.object({ runId: z.string(), existing: z.boolean() });

/** The webhook address as the OpenAPI document shows it; `webhookHandler` serves it, for every method that a workflow allows. */
export const webhookDescription: RouteDescription = {
  method: 'post',
  path: '/webhooks/:path',
  tag: 'Webhooks',
  summary: 'Call a workflow by its webhook, proven as its trigger asks',
  params: z.object({ path: z.string().describe('The path of the webhook trigger.') }),
  query: z.object({ wait: waitMode }),
  access: 'open',
  bodyKind: 'any',
  answers: {
    200: {
      description: 'What `respond` or `response` of the trigger or, when it has neither, `wait` asks for.',
      schema: z.unknown(),
    },
    202: {
      description: 'Accepted and durable; of NDJSON one run a line.',
      schema: z.union([accepted, z.object({ runs: z.array(accepted) })]),
    },
  },
};
