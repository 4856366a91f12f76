import { z } from 'zod';
import { accountRef } from '../../access/account-ref.ts';
import { raise } from '../../errors/catalogue.ts';
import type { WorkflowAuthor } from '../../workflow/workflow-author.ts';
import type { RouteServices } from '../api-services.ts';
import type { Caller } from '../caller.ts';
import { permit } from '../permit.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf, page, problem, workflowEntry } from './schemas.ts';

const tag = 'Workflows';
const NOTHING = { params: {}, query: {}, body: undefined };
const params = z.object({ id: z.string().describe('Id or alias.') });
const alias = z.string().regex(/^[a-z0-9][a-z0-9-_]{0,99}$/, 'lower case letters, digits, - and _, at most 100');
const source = z.string().min(1).max(1_000_000).describe('The definition as YAML.');
const stored = workflowEntry.extend({ source: z.string() });
const saved = stored.extend({
  warnings: z.array(problem).describe('What will probably not go as it was meant; nothing of it stands in the way.'),
});

/** Create, read, change and delete workflows. */
export function workflowRoutes({ workflows, access }: Pick<RouteServices, 'workflows' | 'access'>): Route[] {
  /** Runs are started by others later, who need no more than to start them: whoever writes a workflow answers for what it does. */
  const allow = (caller: Caller) => async (actions: readonly string[]) => {
    for (const action of actions) await permit(access, caller, { scope: `action:${action}:execute` }, NOTHING);
  };
  const by = (caller: Caller) => ({ allow: allow(caller), ...authorOf(caller) });
  return [
    defineRoute({
      method: 'get',
      path: '/workflows',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'List workflows',
      query: z.object(page),
      answers: { 200: { description: 'A page of workflows.', schema: listOf(workflowEntry) } },
      handle: async ({ caller, query }) => ({ body: await workflows.in(caller.place.workspace).list(query) }),
    }),
    defineRoute({
      method: 'post',
      path: '/workflows',
      access: { scope: 'workflow:create' },
      tag,
      summary: 'Create a workflow',
      body: z.strictObject({ alias, source }),
      answers: { 201: { description: 'Stored.', schema: saved } },
      handle: async ({ caller, body }) => {
        const created = await workflows.in(caller.place.workspace).create({ ...body, ...by(caller) });
        return { status: 201, body: created, headers: { Location: `/api/workflows/${created.id}` } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/check',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'Check a definition without storing it',
      body: z.strictObject({ source }),
      answers: {
        200: {
          description: 'Every problem; without errors it can be stored.',
          schema: z.object({ problems: z.array(problem) }),
        },
      },
      handle: async ({ caller, body }) => ({
        body: { problems: (await workflows.in(caller.place.workspace).check(body.source, 'request')).problems },
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/workflows/:id',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'Read a workflow',
      params,
      answers: { 200: { description: 'The workflow with its source.', schema: stored } },
      handle: async ({ caller, params }) => {
        const found = await workflows.in(caller.place.workspace).get(params.id);
        return { body: found, headers: { ETag: `"${found.version}"` } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/workflows/:id',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Change a workflow; `If-Match` with its version guards against overwriting',
      params,
      body: z.strictObject({ source }),
      answers: { 200: { description: 'Stored as a new version.', schema: saved } },
      handle: async ({ caller, params, body, request }) => {
        const expectedVersion = versionOf(request.headers['if-match']);
        const changed = await workflows.in(caller.place.workspace).update(params.id, {
          source: body.source,
          ...by(caller),
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
        });
        return { body: changed, headers: { ETag: `"${changed.version}"` } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/:id/adopt',
      access: { scope: 'workflow:update' },
      tag,
      summary:
        'Answer for a workflow from now on: stores its newest version once more, in your name; `If-Match` says which one you have read',
      params,
      answers: { 200: { description: 'Stored as a new version.', schema: saved } },
      handle: async ({ caller, params, request }) => {
        const expectedVersion = versionOf(request.headers['if-match']);
        const adopted = await workflows.in(caller.place.workspace).adopt(params.id, {
          ...by(caller),
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
        });
        return { body: adopted, headers: { ETag: `"${adopted.version}"` } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/workflows/:id',
      access: { scope: 'workflow:delete' },
      tag,
      summary: 'Delete a workflow; its runs stay',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ caller, params }) => {
        await workflows.in(caller.place.workspace).delete(params.id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/workflows/:id/versions',
      access: { scope: 'workflow:read' },
      tag,
      summary: 'List the versions of a workflow',
      params,
      answers: {
        200: {
          description: 'Newest first.',
          schema: listOf(
            z.object({
              version: z.int(),
              title: z.string(),
              createdAt: z.iso.datetime(),
              author: z
                .object({ kind: z.enum(['user', 'service']), id: z.string(), name: z.string() })
                .optional()
                .describe('Who stored it and answers for what it does; absent: the host.'),
            }),
          ),
        },
      },
      handle: async ({ caller, params }) => ({
        body: { items: await workflows.in(caller.place.workspace).versions(params.id) },
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/:id/webhook',
      access: { scope: 'workflow:update' },
      tag,
      summary: 'Read the path and secret of its webhook; `rotate` makes a new secret',
      params,
      body: z.strictObject({ rotate: z.boolean().default(false) }),
      answers: {
        200: {
          description: 'Sign calls with this secret.',
          schema: z.object({ path: z.string(), secret: z.string() }),
        },
      },
      handle: async ({ caller, params, body }) => {
        const { path, secret } = await workflows.in(caller.place.workspace).webhookSecret(params.id, body);
        return { body: { path: `/api/webhooks/${path}`, secret }, headers: { 'Cache-Control': 'no-store' } };
      },
    }),
  ];
}

function authorOf({ actor, place }: Caller): { readonly author?: WorkflowAuthor } {
  const author = accountRef(actor, place);
  return author === undefined ? {} : { author };
}

/** `If-Match: "3"` → 3. */
function versionOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"(\d+)"$/.exec(header)?.[1];
  if (version === undefined)
    throw raise.HTTP_INVALID_REQUEST({
      problems: ['header If-Match: expected the version in quotes, as ETag gives it'],
    });
  return Number(version);
}
