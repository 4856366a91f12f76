import { z } from 'zod';
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
export function consoleRoutes({ board }: Pick<RouteServices, 'board'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/console/pages',
      access: 'self',
      tag: 'Plugins',
      summary: 'List the console pages of plugins',
      answers: { 200: { description: 'Those of active plugins.', schema: listOf(page) } },
      handle: async () => ({
        body: {
          items: board.of('console-page').map(({ owner, contribution: { name, title, place, scope, icon } }) => ({
            plugin: owner.id,
            name,
            title,
            place,
            scope,
            ...(icon === undefined ? {} : { icon }),
            url: `/console/plugins/${owner.id}/${name}/`,
            routes: board
              .of('route')
              .filter((route) => route.owner.id === owner.id)
              .map(({ contribution: { method, path } }) => ({ method, path })),
          })),
        },
      }),
    }),
  ];
}
