import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { description, plainName } from './access-schemas.ts';

const tag = 'Groups';
const access = { scope: 'role:write', in: 'organization' } as const;
const group = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  users: z.array(z.object({ id: z.string(), email: z.string() })),
});
const params = z.object({ group: z.string().describe('Name or id.') });
const userParams = params.extend({ user: z.string().describe('E-mail address or id.') });

/** Of the organisation that a request is sent to. */
export function groupRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/groups',
      access: { scope: 'organization:read', in: 'organization' },
      tag,
      summary: 'List groups with their users',
      answers: { 200: { description: 'By name.', schema: listOf(group) } },
      handle: async ({ caller }) => ({ body: { items: await rights.groups.list(caller.place.organization) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/groups',
      access,
      tag,
      summary: 'Create a group; it gets roles as a member does',
      body: z.strictObject({ name: plainName, description }),
      answers: { 201: { description: 'Created.', schema: group } },
      handle: async ({ body, caller }) => ({
        status: 201,
        body: await rights.groups.create(caller.place.organization, body),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/groups/:group',
      access,
      tag,
      summary: 'Delete a group, and with it what it gave',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ params, caller: { actor, place } }) => {
        await rights.groups.delete(actor, place.organization, params.group);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/groups/:group/users/:user',
      access,
      audit: 'group.join',
      tag,
      summary: 'Put somebody of the organisation into a group',
      params: userParams,
      answers: { 204: { description: 'Is in it.' } },
      handle: async ({ params, caller: { actor, place } }) => {
        await rights.groups.addUser(actor, place.organization, params.group, params.user);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/groups/:group/users/:user',
      access,
      audit: 'group.leave',
      tag,
      summary: 'Take somebody out of a group',
      params: userParams,
      answers: { 204: { description: 'Is not in it.' } },
      handle: async ({ params, caller: { actor, place } }) => {
        await rights.groups.removeUser(actor, place.organization, params.group, params.user);
        return { status: 204 };
      },
    }),
  ];
}
