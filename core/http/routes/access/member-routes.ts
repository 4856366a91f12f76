import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { member, newMember, subjectOf } from './access-schemas.ts';

const tag = 'Members';

/** Of the workspace that a request is sent to. */
export function memberRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/members',
      access: { scope: 'workspace:read' },
      tag,
      summary: 'List who has a role in the workspace, itself or by way of the organisation',
      answers: { 200: { description: 'By name.', schema: listOf(member) } },
      handle: async ({ caller }) => ({ body: { items: await rights.members.list(caller.place) } }),
    }),
    defineRoute({
      method: 'put',
      path: '/members',
      access: { scope: 'member:invite' },
      audit: 'member.role',
      tag,
      summary: 'Give somebody of the organisation a role in the workspace, or another one',
      body: newMember,
      answers: { 200: { description: 'The role replaces the one before.', schema: member } },
      handle: async ({ body, caller }) => ({
        body: await rights.members.put(caller.actor, caller.place, subjectOf(body), body.role),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/members/:member',
      access: { scope: 'member:remove' },
      tag,
      summary: 'Take away the role in the workspace',
      params: z.object({
        member: z.string().describe('Id of the membership or of whom it is for, e-mail address, or name.'),
      }),
      answers: { 204: { description: 'Removed.' } },
      handle: async ({ params, caller }) => {
        await rights.members.remove(caller.actor, caller.place, params.member);
        return { status: 204 };
      },
    }),
  ];
}
