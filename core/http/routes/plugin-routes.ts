import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { errorRecord, listOf } from './schemas.ts';

const record = z.looseObject({ id: z.string(), version: z.string(), state: z.string(), error: errorRecord.optional() });

/** The plugins of this host and why each stands where it stands. */
export function pluginRoutes({ plugins }: Pick<ApiServices, 'plugins'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/plugins',
      tag: 'Plugins',
      summary: 'List plugins with their states',
      answers: { 200: { description: 'All of them.', schema: listOf(record) } },
      handle: async () => ({ body: { items: plugins.records() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/plugins/:id',
      tag: 'Plugins',
      summary: 'Explain one plugin',
      params: z.object({ id: z.string() }),
      answers: { 200: { description: 'Its record and the reason for its state.', schema: record } },
      handle: async ({ params }) => {
        const found = plugins.records().find((plugin) => plugin.id === params.id);
        if (found === undefined) throw raise.HTTP_NOT_FOUND({ what: `plugin ${params.id}` });
        return { body: { ...found, explanation: plugins.explain(params.id).text } };
      },
    }),
  ];
}
