import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { findAsked } from './find-asked.ts';

const explanation = z.looseObject({
  allowed: z.boolean(),
  reason: z.string(),
  why: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().optional(), name: z.string(), active: z.boolean() }),
  scope: z.string(),
  roles: z.array(
    z.object({
      role: z.string(),
      in: z.enum(['organization', 'workspace']),
      group: z.string().optional(),
      gives: z.boolean(),
    }),
  ),
  needed: z.array(z.string()).describe('Any of these roles would do.'),
});

/** Why somebody may, and why not. */
export function explainRoutes({ rights, places }: Pick<ApiServices, 'rights' | 'places'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/access/explain',
      access: 'self',
      tag: 'Access',
      summary: 'Say why somebody may do something or not; of others, to those who see the members',
      query: z.object({
        actor: z.string().optional().describe('E-mail address or id of a user, or `service:<name>`; default: you.'),
        scope: z.string().max(300),
        workspace: z.string().optional().describe('Name or id; default: the workspace of the request.'),
        in: z.enum(['workspace', 'organization', 'host']).default('workspace'),
      }),
      answers: { 200: { description: 'The decision and what it rests on.', schema: explanation } },
      handle: async ({ query, caller }) => {
        const found = query.workspace === undefined ? caller.place : await places.find(caller.actor, query.workspace);
        const actor = await findAsked(rights, caller.actor, query.actor, found);
        const { organization } = found;
        const place = query.in === 'workspace' ? found : query.in === 'organization' ? { organization } : {};
        return { body: await rights.explain({ actor, scope: query.scope, place }) };
      },
    }),
  ];
}
