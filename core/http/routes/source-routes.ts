import { z } from 'zod';
import type { ApiServices } from '../api-services.ts';
import { doerOf } from '../doer.ts';
import { defineRoute, type Route } from '../route.ts';
import { errorRecord, listOf } from './schemas.ts';

const commit = z.object({
  commit: z.string(),
  subject: z.string(),
  committedAt: z.string(),
  signer: z.object({ name: z.string(), key: z.string() }).optional(),
});
const plugin = z.object({
  id: z.string(),
  use: z.string(),
  state: z.enum(['current', 'behind', 'waiting', 'failed', 'off']),
  version: z.string().optional(),
  commit: z.string().optional(),
  error: errorRecord.optional(),
});
const summary = z.looseObject({
  id: z.string(),
  url: z.string(),
  ref: z.string(),
  subdir: z.string(),
  promote: z.enum(['manual', 'auto']),
  state: z.enum(['empty', 'current', 'waiting', 'refused', 'unreachable']),
  current: commit.optional().describe('The commit in use.'),
  candidate: commit.optional().describe('The newest commit, when it is not in use.'),
  why: z.string().optional().describe('Why the candidate waits.'),
  pending: z.string().optional().describe('What the candidate changes, in one line.'),
  previous: commit.optional().describe('Where `rollback` leads.'),
  error: errorRecord.optional().describe('Of the last attempt to sync.'),
  plugins: z.array(plugin),
});
const view = summary.extend({
  unused: z.array(z.object({ kind: z.string(), id: z.string(), version: z.string(), path: z.string() })),
  events: z.array(z.looseObject({ at: z.string(), action: z.string() })),
});
const outcome = z.object({
  source: summary,
  applied: z.boolean().describe('False: `apply: manual` wants a person to apply it.'),
  changes: z.array(z.looseObject({ id: z.string(), kind: z.string(), outcome: z.string() })),
});
const diff = z.looseObject({
  source: z.string(),
  from: z.string().optional(),
  to: z.string(),
  plugins: z.array(z.looseObject({ id: z.string(), change: z.string() })),
  files: z.array(z.object({ path: z.string(), change: z.string() })),
  capabilities: z.string(),
  schema: z.string(),
  problems: z.array(z.looseObject({ code: z.string(), message: z.string() })),
});

const params = z.object({ id: z.string() });
const digits = z.string().min(7).max(64).optional();
/** The name that the audit row gets: a claim of whoever holds the key, until there is sign-in. */
const asked = z.strictObject({ by: z.string().min(1).max(200).default('the admin key') });

/** Git repositories that plugins and templates come from. */
export function sourceRoutes({ sources }: Pick<ApiServices, 'sources'>): Route[] {
  const tag = 'Sources';
  return [
    defineRoute({
      method: 'get',
      path: '/sources',
      access: { scope: 'plugin:read', in: 'host' },
      tag,
      summary: 'List the Git sources with what is in use and what waits',
      answers: { 200: { description: 'All of them.', schema: listOf(summary) } },
      handle: async () => ({ body: { items: await sources.list() } }),
    }),
    defineRoute({
      method: 'get',
      path: '/sources/:id',
      access: { scope: 'plugin:read', in: 'host' },
      tag,
      summary: 'Read one source: commits, signers, plugins, who moved it',
      params,
      answers: { 200: { description: 'The source.', schema: view } },
      handle: async ({ params: { id } }) => ({ body: await sources.show(id) }),
    }),
    defineRoute({
      method: 'post',
      path: '/sources/:id/sync',
      access: { scope: 'plugin:manage', in: 'host' },
      tag,
      summary: 'Ask the Git server now; what the rules let in by themselves is used at once',
      params,
      answers: { 200: { description: 'The newest commit was brought and keeps the rules.', schema: outcome } },
      handle: async ({ params: { id }, signal }) => ({ body: await sources.sync(id, signal) }),
    }),
    defineRoute({
      method: 'get',
      path: '/sources/:id/diff',
      access: { scope: 'plugin:read', in: 'host' },
      tag,
      summary: 'What a commit would change',
      params,
      query: z.object({
        from: digits.describe('At least seven digits of a commit; default: the one in use.'),
        to: digits.describe('At least seven digits of a commit; default: the one that waits.'),
      }),
      answers: { 200: { description: 'Contributions, capabilities, files, problems.', schema: diff } },
      handle: async ({ params: { id }, query: { from, to } }) => ({
        body: await sources.diff(id, { ...(from && { from }), ...(to && { to }) }),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/sources/:id/promote',
      access: { scope: 'plugin:manage', in: 'host' },
      tag,
      summary: 'Put a commit in use and move the plugins of the source there',
      params,
      body: asked.extend({ commit: digits.describe('Default: the one that waits.') }),
      answers: { 200: { description: 'What became of each plugin.', schema: outcome } },
      handle: async ({ params: { id }, body: { by, commit: wanted }, caller }) => ({
        body: await sources.promote(id, { by: doerOf(caller, by), ...(wanted && { commit: wanted }) }),
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/sources/:id/rollback',
      access: { scope: 'plugin:manage', in: 'host' },
      tag,
      summary: 'Go back to the commit that was in use before',
      params,
      body: asked,
      answers: { 200: { description: 'What became of each plugin.', schema: outcome } },
      handle: async ({ params: { id }, body: { by }, caller }) => ({
        body: await sources.rollback(id, { by: doerOf(caller, by) }),
      }),
    }),
  ];
}
