import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { description, plainName } from './access-schemas.ts';

const tag = 'Roles';
const scopes = z.array(z.string().max(200)).max(500).describe('docs/reference/access.md lists all of them.');
const role = z.object({
  id: z.string().optional().describe('Absent: a preset.'),
  name: z.string(),
  description: z.string(),
  preset: z.boolean(),
  level: z.enum(['organization', 'workspace']).describe('Roles of workspaces can be given in the organisation too.'),
  scopes,
});
const params = z.object({ role: z.string().describe('Name or id.') });

/** Of the organisation that a request is sent to. */
export function roleRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/roles',
      access: { scope: 'organization:read', in: 'organization' },
      tag,
      summary: 'List the roles that can be given, with what they allow',
      answers: { 200: { description: 'Presets first.', schema: listOf(role) } },
      handle: async ({ caller }) => ({ body: { items: await rights.roles.list(caller.place.organization) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/roles',
      access: { scope: 'role:write', in: 'organization' },
      tag,
      summary: 'Create a role of scopes, none beyond your own',
      body: z.strictObject({ name: plainName, description, scopes: scopes.min(1) }),
      answers: { 201: { description: 'Created.', schema: role } },
      handle: async ({ body, caller: { actor, place } }) => ({
        status: 201,
        body: await rights.roles.create(actor, place.organization, body),
      }),
    }),
    defineRoute({
      method: 'patch',
      path: '/roles/:role',
      access: { scope: 'role:write', in: 'organization' },
      tag,
      summary: 'Change what a role allows, for all who have it at once',
      params,
      body: z.strictObject({ description: z.string().max(1_000).optional(), scopes: scopes.min(1).optional() }),
      answers: { 200: { description: 'As it is now.', schema: role } },
      handle: async ({ params, body: { description, scopes }, caller: { actor, place } }) => ({
        body: await rights.roles.update(actor, place.organization, params.role, {
          ...(description !== undefined && { description }),
          ...(scopes !== undefined && { scopes }),
        }),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/roles/:role',
      access: { scope: 'role:write', in: 'organization' },
      tag,
      summary: 'Delete a role that nobody has',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ params, caller: { actor, place } }) => {
        await rights.roles.delete(actor, place.organization, params.role);
        return { status: 204 };
      },
    }),
  ];
}
