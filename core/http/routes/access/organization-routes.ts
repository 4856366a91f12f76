import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { member, newMember, plainName, subjectOf } from './access-schemas.ts';

const tag = 'Organisations';
const organization = z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime() });
const params = z.object({ organization: z.uuid() });
const inside = ({ params: { organization } }: { readonly params: z.output<typeof params> }) => ({ organization });

export function organizationRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/organizations',
      access: 'self',
      tag,
      summary: 'List the organisations in which you have a role; admins of the host see all',
      answers: { 200: { description: 'By name.', schema: listOf(organization) } },
      handle: async ({ caller }) => ({ body: { items: await rights.organizations.list(caller.actor) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/organizations',
      access: { scope: 'organization:create', in: 'host' },
      tag,
      summary: 'Create an organisation; a user who does owns it',
      body: z.strictObject({ name: plainName }),
      answers: { 201: { description: 'Created.', schema: organization } },
      handle: async ({ body, caller }) => ({
        status: 201,
        body: await rights.organizations.create(caller.actor, body.name),
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/organizations/:organization',
      access: { scope: 'organization:read', in: inside },
      tag,
      summary: 'See an organisation',
      params,
      answers: { 200: { description: 'It.', schema: organization } },
      handle: async ({ params }) => ({ body: await rights.organizations.get(params.organization) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/organizations/:organization',
      access: { scope: 'organization:update', in: inside },
      tag,
      summary: 'Rename an organisation',
      params,
      body: z.strictObject({ name: plainName }),
      answers: { 200: { description: 'As it is now.', schema: organization } },
      handle: async ({ params, body }) => ({ body: await rights.organizations.rename(params.organization, body.name) }),
    }),
    defineRoute({
      method: 'delete',
      path: '/organizations/:organization',
      access: { scope: 'organization:create', in: 'host' },
      tag,
      summary: 'Delete an organisation that has no workspaces any more',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ params }) => {
        await rights.organizations.delete(params.organization);
        return { status: 204 };
      },
    }),
    ...memberRoutes(rights),
  ];
}

function memberRoutes(rights: ApiServices['rights']): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/organizations/:organization/members',
      access: { scope: 'organization:read', in: inside },
      tag,
      summary: 'List who has a role in the organisation',
      params,
      answers: { 200: { description: 'By name.', schema: listOf(member) } },
      handle: async ({ params }) => ({ body: { items: await rights.members.list(params) } }),
    }),
    defineRoute({
      method: 'put',
      path: '/organizations/:organization/members',
      access: { scope: 'organization:member', in: inside },
      audit: 'member.role',
      tag,
      summary: 'Give a role in the organisation, and by it in all its workspaces',
      params,
      body: newMember,
      answers: { 200: { description: 'The role replaces the one before.', schema: member } },
      handle: async ({ params, body, caller }) => ({
        body: await rights.members.put(caller.actor, params, subjectOf(body), body.role),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/organizations/:organization/members/:member',
      access: { scope: 'organization:member', in: inside },
      tag,
      summary: 'Remove somebody from the organisation, its workspaces and groups',
      params: params.extend({ member: z.string() }),
      answers: { 204: { description: 'Removed.' } },
      handle: async ({ params: { organization, member }, caller }) => {
        await rights.members.remove(caller.actor, { organization }, member);
        return { status: 204 };
      },
    }),
  ];
}
