import { z } from 'zod';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

const status = z.looseObject({
  workflow: z.string(),
  trigger: z.string(),
  state: z.enum(['waiting', 'active', 'failing']),
});

/** The triggers of plugins that workflows use, and how they fare. */
export function triggerRoutes({ triggers }: Pick<RouteServices, 'triggers'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/triggers',
      access: { scope: 'workflow:read' },
      tag: 'Workflows',
      summary: 'List the triggers of plugins that workflows use',
      answers: { 200: { description: 'All of them.', schema: listOf(status) } },
      handle: async ({ caller }) => ({ body: { items: triggers.statuses(caller.place.workspace) } }),
    }),
  ];
}
