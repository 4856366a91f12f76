import { z } from 'zod';
import type { RouteDescription } from '../route.ts';
import { freeDecisionBody } from './answer-body.ts';

const params = z.object({
  id: z.string().describe('Interaction id.'),
  token: z.string().describe('What proves the link.'),
});

/** The page behind a link as the OpenAPI document shows it; `answerHandler` serves it. */
export const answerDescriptions: readonly RouteDescription[] = [
  {
    method: 'get',
    path: '/interactions/:id/answer/:token',
    tag: 'Interactions',
    summary: 'Show what somebody is asked, by a signed link',
    params,
    access: 'open',
    answers: { 200: { description: 'A page with buttons or a field; nothing has changed.', mediaType: 'text/html' } },
  },
  {
    method: 'post',
    path: '/interactions/:id/answer/:token',
    tag: 'Interactions',
    summary: 'Answer by a signed link: once',
    params,
    access: 'open',
    body: freeDecisionBody.pick({ decision: true, comment: true, data: true }).or(z.unknown()),
    answers: {
      200: { description: 'To JSON: durable.', schema: z.object({ id: z.string(), status: z.string() }) },
      303: { description: 'To the form of the page: leads back to it.' },
    },
  },
];
