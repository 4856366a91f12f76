import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { InteractionRecord } from '../../executor/interaction-record.ts';
import type { WorkspaceRuns } from '../../executor/workspace-runs.ts';
import type { RouteServices } from '../api-services.ts';
import { answerOf, decisionBody, decisionOf, statedIn } from '../interactions/answer-body.ts';
import { linkFor, speakerOf } from '../interactions/speaker.ts';
import { jsonBody } from '../request-body.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf, page } from './schemas.ts';

const tag = 'Interactions';
const params = z.object({ id: z.string().describe('Interaction id.') });

const interaction = z.object({
  id: z.string(),
  runId: z.string(),
  workflow: z.string(),
  ref: z.string().describe('The step that asks.'),
  stream: z.string().optional(),
  type: z.enum(['response', 'approval']),
  status: z.enum(['open', 'responded', 'approved', 'rejected', 'timed-out', 'cancelled']),
  message: z.string().optional(),
  requiredApprovers: z.int(),
  approverGroups: z.array(z.string()).describe('Empty: anybody.'),
  openedAt: z.iso.datetime(),
  deadline: z.iso.datetime().optional(),
  closedAt: z.iso.datetime().optional(),
  decisions: z
    .array(
      z.looseObject({
        approver: z.string(),
        decision: z.enum(['approve', 'reject']),
        counts: z.boolean().describe('False: `approve_if` does not let this approval count.'),
        at: z.iso.datetime(),
      }),
    )
    .describe('The last word of each approver.'),
  response: z.unknown().optional(),
  respondent: z.string().optional(),
});
const answered = { 200: { description: 'The interaction; the answer is durable.', schema: interaction } };

/** See what steps ask people, and answer. */
export function interactionRoutes({
  runs,
  workflows,
  links,
  groupsOf,
  access,
}: Pick<RouteServices, 'runs' | 'workflows' | 'links' | 'groupsOf' | 'access'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/interactions',
      access: { scope: 'interaction:read' },
      tag,
      summary: 'List what steps ask people',
      query: z.object({
        ...page,
        status: z.enum(['open', 'closed']).optional(),
        workflow: z.string().optional().describe('Id or alias.'),
        approver_group: z.string().optional().describe('Only what people of this group may decide.'),
      }),
      answers: { 200: { description: 'A page of interactions, newest first.', schema: listOf(interaction) } },
      handle: async ({ caller, query: { workflow, approver_group: approverGroup, ...query } }) => {
        const id =
          workflow === undefined ? {} : { workflow: (await workflows.in(caller.place.workspace).get(workflow)).id };
        const group = approverGroup === undefined ? {} : { approverGroup };
        return { body: await runs.in(caller.place.workspace).interactions({ ...query, ...id, ...group }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/interactions/:id',
      access: { scope: 'interaction:read' },
      tag,
      summary: 'Read what a step asks',
      params,
      answers: { 200: { description: 'The interaction.', schema: interaction } },
      handle: async ({ caller, params: { id } }) => ({ body: await find(runs.in(caller.place.workspace), id) }),
    }),
    defineRoute({
      method: 'post',
      path: '/interactions/:id/respond',
      access: { scope: 'interaction:respond' },
      tag,
      summary: 'Answer: any JSON to a `response`, `{decision?, approver?, groups?, comment?, data?}` to an `approval`',
      params,
      query: z.object({ approver: z.string().min(1).max(200).optional().describe('Who answers a `response`.') }),
      body: z.unknown(),
      answers: answered,
      handle: async ({ caller, params: { id }, query, request }) => {
        const here = runs.in(caller.place.workspace);
        // Throws what stands in the way before the body is read as what the step wants.
        const asked = await here.interaction(id);
        const body = asked === undefined ? undefined : jsonBody(request);
        const stated = asked?.type === 'approval' ? statedIn(body) : {};
        const speaker = { ...(await speakerOf(caller, { ...query, ...stated }, groupsOf)), via: 'api' } as const;
        const answer = asked === undefined ? decisionOf({}, speaker) : answerOf(asked, body, speaker);
        return { body: await here.answer(id, answer) };
      },
    }),
    ...(['approve', 'reject'] as const).map((decision) =>
      defineRoute({
        method: 'post',
        path: `/interactions/:id/${decision}`,
        access: { scope: 'interaction:respond' },
        tag,
        summary:
          decision === 'approve' ? 'Approve; answers once that is durable' : 'Reject; answers once that is durable',
        params,
        body: decisionBody,
        answers: answered,
        handle: async ({ caller, params: { id }, body: { comment, data, ...stated } }) => {
          const speaker = { ...(await speakerOf(caller, stated, groupsOf)), via: 'api' } as const;
          const answer = decisionOf({ decision, comment, data }, speaker);
          return { body: await runs.in(caller.place.workspace).answer(id, answer) };
        },
      }),
    ),
    defineRoute({
      method: 'post',
      path: '/interactions/:id/links',
      access: { scope: 'interaction:respond' },
      tag,
      summary: 'Make a link by which one person can answer without an account',
      params,
      body: decisionBody.pick({ approver: true, groups: true }).extend({
        expires_in: z.number().positive().max(31_536_000).optional().describe('Seconds; else as long as it is asked.'),
      }),
      answers: {
        201: {
          description: 'The link. Whoever has it can answer.',
          schema: z.object({
            respond_url: z.string(),
            approve_url: z.string().optional(),
            reject_url: z.string().optional(),
          }),
        },
      },
      handle: async ({ caller, params: { id }, body: { expires_in: seconds, ...stated } }) => {
        const { type, status, deadline } = await find(runs.in(caller.place.workspace), id);
        if (status !== 'open') throw raise.INTERACTION_CLOSED({ id, status });
        const speaker = await linkFor(caller, stated, groupsOf, access);
        const limits = [
          seconds === undefined ? undefined : Date.now() + seconds * 1000,
          deadline && Date.parse(deadline),
        ];
        const expiresAt = Math.min(...limits.map((limit) => limit || Number.POSITIVE_INFINITY));
        const expiry = Number.isFinite(expiresAt) ? { expiresAt: Math.ceil(expiresAt) } : {};
        const { token: _, ...urls } = links.issue({ id, type, ...speaker, ...expiry });
        return { status: 201, body: urls };
      },
    }),
  ];
}

async function find(runs: WorkspaceRuns, id: string): Promise<InteractionRecord> {
  const found = await runs.interaction(id);
  if (found === undefined) throw raise.INTERACTION_NOT_FOUND({ id });
  return found;
}
