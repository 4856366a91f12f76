import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { PluginPlan } from '../../plugins/plan/plugin-plan.ts';
import type { RouteServices } from '../api-services.ts';
import { doerOf } from '../doer.ts';
import { defineRoute, type Route } from '../route.ts';
import { errorRecord, listOf } from './schemas.ts';

const record = z.looseObject({ id: z.string(), version: z.string(), state: z.string(), error: errorRecord.optional() });

/** What a plugin may do, row by row with its reason; `isNew`: nobody approved it so far; `isRaw`: it sees values of secrets. */
const capabilities = z.looseObject({
  change: z.enum(['same', 'narrower', 'reasons', 'wider']),
  digest: z.string(),
  rows: z.array(
    z.looseObject({
      capability: z.string(),
      target: z.string().optional(),
      rights: z.array(z.string()),
      why: z.string(),
      isNew: z.boolean(),
      isRaw: z.boolean(),
    }),
  ),
  dropped: z.array(z.string()),
});

const change = z.looseObject({
  id: z.string(),
  kind: z.string(),
  reason: z.string(),
  capabilities: capabilities.optional(),
  error: errorRecord.optional(),
});
const planned = z.object({ serial: z.int(), changes: z.array(change) });
/** The name that the audit row gets: a claim of whoever holds the key, until there is sign-in. */
const asked = z.strictObject({ by: z.string().min(1).max(200).default('the admin key') });

const idsOf = (text = '') => text.split(',').filter((id) => id !== '');

/** The rows of the lock are an inner matter. */
function withoutRows({ serial, changes }: PluginPlan) {
  return { serial, changes: changes.map(({ entry: _, ...rest }) => rest) };
}

/** The plugins of this host and why each stands where it stands. */
export function pluginRoutes({ plugins, pluginEvents }: Pick<RouteServices, 'plugins' | 'pluginEvents'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/plugins',
      access: { scope: 'plugin:read', in: 'host' },
      tag: 'Plugins',
      summary: 'List plugins with their states',
      answers: { 200: { description: 'All of them.', schema: listOf(record) } },
      handle: async () => ({ body: { items: plugins.records() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/plugins/plan',
      access: { scope: 'plugin:read', in: 'host' },
      tag: 'Plugins',
      summary: 'What would change if config/plugins.yaml were applied now',
      query: z.object({ upgrade: z.string().optional() }),
      answers: { 200: { description: 'The plan; nothing is changed.', schema: planned } },
      handle: async ({ query }) => ({ body: withoutRows(await plugins.plan({ upgrade: idsOf(query.upgrade) })) }),
    }),
    defineRoute({
      method: 'get',
      path: '/plugins/lock',
      access: { scope: 'plugin:read', in: 'host' },
      tag: 'Plugins',
      summary: 'What exactly runs, and who approved it',
      answers: { 200: { description: 'The lock.', schema: z.looseObject({ serial: z.int() }) } },
      handle: async () => ({ body: plugins.lock() }),
    }),
    defineRoute({
      method: 'post',
      path: '/plugins/apply',
      access: { scope: 'plugin:manage', in: 'host' },
      tag: 'Plugins',
      summary: 'Apply config/plugins.yaml without a restart',
      body: asked.extend({
        only: z.array(z.string()).optional(),
        upgrade: z.array(z.string()).optional(),
        serial: z
          .int()
          .optional()
          .describe('`serial` of the plan that is applied; when the lock changed since, nothing is.'),
      }),
      answers: { 200: { description: 'What became of each change.', schema: listOf(change) } },
      handle: async ({ body: { by, only, upgrade, serial }, caller }) => ({
        body: {
          items: await plugins.apply({
            by: doerOf(caller, by),
            ...(only && { only }),
            ...(upgrade && { upgrade }),
            ...(serial !== undefined && { serial }),
          }),
        },
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/plugins/prune',
      access: { scope: 'plugin:manage', in: 'host' },
      tag: 'Plugins',
      summary: 'Drop versions that nothing needs',
      body: asked,
      answers: { 200: { description: 'What was dropped, and why the rest stays.', schema: z.looseObject({}) } },
      handle: async ({ body: { by }, caller }) => ({ body: await plugins.prune({ by: doerOf(caller, by) }) }),
    }),
    defineRoute({
      method: 'post',
      path: '/plugins/:id/approve',
      access: { scope: 'plugin:manage', in: 'host' },
      tag: 'Plugins',
      summary: 'Approve what a plugin may do',
      params: z.object({ id: z.string() }),
      body: asked.extend({ digest: z.string().optional() }),
      answers: { 200: { description: 'What became of it.', schema: change } },
      handle: async ({ params, body: { by, digest }, caller }) => ({
        body: await plugins.approve(params.id, { by: doerOf(caller, by), ...(digest && { digest }) }),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/plugins/:id/rollback',
      access: { scope: 'plugin:manage', in: 'host' },
      tag: 'Plugins',
      summary: 'Go back to the version before',
      params: z.object({ id: z.string() }),
      body: asked,
      answers: { 200: { description: 'What became of it.', schema: change } },
      handle: async ({ params, body: { by }, caller }) => ({
        body: await plugins.rollback(params.id, { by: doerOf(caller, by) }),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/plugins/:id/events',
      access: { scope: 'plugin:read', in: 'host' },
      tag: 'Plugins',
      summary: 'What became of a plugin and who did it',
      params: z.object({ id: z.string() }),
      query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
      answers: { 200: { description: 'Newest first.', schema: listOf(z.looseObject({ at: z.string() })) } },
      handle: async ({ params, query }) => ({ body: { items: await pluginEvents(params.id, query.limit) } }),
    }),
    defineRoute({
      method: 'get',
      path: '/plugins/:id',
      access: { scope: 'plugin:read', in: 'host' },
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
