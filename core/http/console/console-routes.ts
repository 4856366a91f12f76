import { z } from 'zod';
import type { Scope } from '../../access/scope.ts';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from '../routes/schemas.ts';

const page = z.object({
  plugin: z.string(),
  name: z.string(),
  title: z.string(),
  place: z.enum(['navigation', 'plugin', 'run-step', 'connection', 'dashboard']),
  scope: z.string(),
  icon: z.string().optional(),
  url: z.string().describe('For the `src` of a frame without `allow-same-origin`.'),
  routes: z
    .array(z.object({ method: z.string(), path: z.string() }))
    .describe('All that the page may ask the console to call, below `/api/plugins/<plugin>`.'),
});

/** What the console needs to know of the pages that plugins bring. */
export function consoleRoutes({ board, access }: Pick<RouteServices, 'board' | 'access'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/console/pages',
      access: 'self',
      tag: 'Plugins',
      summary: 'List the console pages of plugins that the caller may see',
      answers: { 200: { description: 'Those of active plugins.', schema: listOf(page) } },
      handle: async ({ caller: { actor, place } }) => {
        const items = [];
        for (const { owner, contribution } of board.of('console-page')) {
          const { name, title, place: where, scope, icon } = contribution;
          if (!(await access.can(actor, scope as Scope, place)).allowed) continue;
          const routes = board.of('route').filter((route) => route.owner.id === owner.id);
          items.push({
            plugin: owner.id,
            name,
            title,
            place: where,
            scope,
            ...(icon === undefined ? {} : { icon }),
            url: `/console/plugins/${owner.id}/${name}/`,
            routes: routes.map(({ contribution: { method, path } }) => ({ method, path })),
          });
        }
        return { body: { items } };
      },
    }),
  ];
}
