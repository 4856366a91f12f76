import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

/** The tables of plugins, which stay when a plugin goes. */
export function pluginDataRoutes({ plugins, pluginData }: Pick<RouteServices, 'plugins' | 'pluginData'>): Route[] {
  const isActive = (id: string) => plugins.records().some((record) => record.id === id && record.state === 'active');
  return [
    defineRoute({
      method: 'get',
      path: '/plugin-data',
      access: { scope: 'plugin:read', in: 'host' },
      tag: 'Plugins',
      summary: 'List the plugins whose tables are kept',
      answers: {
        200: {
          description: 'All of them, also of plugins that are gone.',
          schema: listOf(z.object({ plugin: z.string(), inUse: z.boolean() })),
        },
      },
      handle: async () => ({
        body: { items: (await pluginData.kept()).map((plugin) => ({ plugin, inUse: isActive(plugin) })) },
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/plugin-data/:id',
      access: { scope: 'plugin:manage', in: 'host' },
      tag: 'Plugins',
      summary: 'Delete the tables of a plugin for good',
      params: z.object({ id: z.string() }),
      answers: { 204: { description: 'They are gone.' } },
      handle: async ({ params: { id } }) => {
        if (!(await pluginData.kept()).includes(id)) throw raise.HTTP_NOT_FOUND({ what: `data of the plugin ${id}` });
        if (isActive(id)) throw raise.PLUGIN_DATA_IN_USE({ plugin: id });
        await pluginData.drop(id);
        return { status: 204 };
      },
    }),
  ];
}
