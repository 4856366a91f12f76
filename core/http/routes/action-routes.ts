import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { ActionInfo } from '../../registry/runnable-action.ts';
import type { RouteServices } from '../api-services.ts';
import { permit } from '../permit.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

const summary = z.object({
  name: z.string(),
  kind: z.enum(['plugin', 'template']),
  title: z.string(),
  description: z.string(),
  group: z.string(),
  origin: z.string().describe('`plugin@version`, or the file of a template.'),
  source: z
    .object({ use: z.string(), commit: z.string().optional(), file: z.string().optional() })
    .optional()
    .describe('Where its plugin was brought from; of a Git source with the commit.'),
});
const detail = summary.extend({
  inputSchema: z.record(z.string(), z.unknown()),
  secrets: z.array(z.looseObject({ type: z.string() })),
});
const params = z.object({ name: z.string() });
const search = z.object({ search: z.string().optional().describe('Part of the name or title.') });

/** What can be called, and trying it out. */
export function actionRoutes({
  registry,
  runAction,
  access,
}: Pick<RouteServices, 'registry' | 'runAction' | 'access'>): Route[] {
  const listed = (kind: ActionInfo['kind'] | undefined, text = '') => {
    const wanted = text.toLowerCase();
    return registry
      .list()
      .map(({ info }) => info)
      .filter(
        (info) =>
          (kind === undefined || info.kind === kind) && `${info.name} ${info.title}`.toLowerCase().includes(wanted),
      )
      .map(({ name, kind, title, description, group, origin, source }) => {
        return { name, kind, title, description, group, origin, ...(source !== undefined && { source }) };
      });
  };
  const found = (name: string) => {
    const action = registry.get(name);
    if (action === undefined) throw raise.ACTION_NOT_FOUND({ name, suggestion: registry.suggest(name) });
    return action.info;
  };
  return [
    defineRoute({
      method: 'get',
      path: '/actions',
      access: { scope: 'action:read' },
      tag: 'Actions',
      summary: 'List every action: of plugins and templates',
      query: search,
      answers: { 200: { description: 'All of them.', schema: listOf(summary) } },
      handle: async ({ query }) => ({ body: { items: listed(undefined, query.search) } }),
    }),
    defineRoute({
      method: 'get',
      path: '/actions/:name',
      access: { scope: 'action:read' },
      tag: 'Actions',
      summary: 'Read one action: arguments, secrets, origin',
      params,
      answers: { 200: { description: 'The action.', schema: detail } },
      handle: async ({ params }) => ({ body: found(params.name) }),
    }),
    defineRoute({
      method: 'post',
      path: '/actions/:name/run',
      access: { scope: ({ params }) => `action:${params.name}:execute` },
      tag: 'Actions',
      summary: 'Run one action outside any workflow',
      params,
      body: z.strictObject({ input: z.record(z.string(), z.unknown()).default({}) }),
      answers: { 200: { description: 'Its result.', schema: z.object({ result: z.unknown() }) } },
      handle: async ({ caller, params, body, signal }) => {
        const { name } = found(params.name);
        // Another name for it is no other action.
        await permit(access, caller, { scope: `action:${name}:execute` }, { params, query: {}, body });
        const { workspace } = caller.place;
        return { body: { result: await runAction({ name, input: body.input, workspace, signal }) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/templates',
      access: { scope: 'action:read' },
      tag: 'Actions',
      summary: 'List the action templates',
      query: search,
      answers: { 200: { description: 'All of them.', schema: listOf(summary) } },
      handle: async ({ query }) => ({ body: { items: listed('template', query.search) } }),
    }),
  ];
}
