import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import type { Caller } from '../../caller.ts';
import { endWorkspace } from '../../end-workspace.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { plainName, title } from './access-schemas.ts';

const tag = 'Workspaces';
const workspace = z.object({
  id: z.string(),
  organization: z.string(),
  name: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
});
const params = z.object({ workspace: z.string().describe('Name or id.') });

export function workspaceRoutes({ rights, places, runs }: Pick<ApiServices, 'rights' | 'places' | 'runs'>): Route[] {
  const inside = ({ params: { workspace } }: { readonly params: z.output<typeof params> }, { actor }: Caller) =>
    places.find(actor, workspace);
  const idOf = async (asked: { readonly params: z.output<typeof params>; readonly caller: Caller }) =>
    (await inside(asked, asked.caller)).workspace;
  return [
    defineRoute({
      method: 'get',
      path: '/workspaces',
      access: 'self',
      tag,
      summary: 'List the workspaces that you may see',
      answers: { 200: { description: 'By name.', schema: listOf(workspace) } },
      handle: async ({ caller }) => ({ body: { items: await rights.workspaces.list(caller.actor) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/workspaces',
      access: {
        scope: 'workspace:create',
        in: ({ body }, { place }) => ({ organization: body.organization ?? place.organization }),
      },
      tag,
      summary: 'Create a workspace; a user who does owns it',
      body: z.strictObject({
        name: plainName,
        title: title.optional(),
        organization: z.uuid().optional().describe('Default: the one of the workspace that the request is sent to.'),
      }),
      answers: { 201: { description: 'Created.', schema: workspace } },
      handle: async ({ body: { name, title = name, organization }, caller }) => ({
        status: 201,
        body: await rights.workspaces.create(caller.actor, organization ?? caller.place.organization, { name, title }),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/workspaces/:workspace',
      access: { scope: 'workspace:read', in: inside },
      tag,
      summary: 'See a workspace',
      params,
      answers: { 200: { description: 'It.', schema: workspace } },
      handle: async (call) => ({ body: await rights.workspaces.get(await idOf(call)) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/workspaces/:workspace',
      access: { scope: 'workspace:update', in: inside },
      tag,
      summary: 'Change the name or title of a workspace',
      params,
      body: z.strictObject({ name: plainName.optional(), title: title.optional() }),
      answers: { 200: { description: 'As it is now.', schema: workspace } },
      handle: async (call) => {
        const { name, title } = call.body;
        const change = { ...(name !== undefined && { name }), ...(title !== undefined && { title }) };
        return { body: await rights.workspaces.update(await idOf(call), change) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/workspaces/:workspace',
      access: { scope: 'workspace:delete', in: inside },
      tag,
      summary: 'Delete a workspace with its workflows, schedules, webhooks, secrets and connections',
      params,
      query: z.object({
        force: z.stringbool().default(false).describe('Also while runs are under way: they are terminated.'),
      }),
      answers: { 204: { description: 'Deleted, and nothing in it runs any more.' } },
      handle: async (call) => {
        const id = await idOf(call);
        await endWorkspace({ runs: runs.in(id), remove: () => rights.workspaces.delete(id), force: call.query.force });
        return { status: 204 };
      },
    }),
  ];
}
