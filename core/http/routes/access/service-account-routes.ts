import { z } from 'zod';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { description, plainName } from './access-schemas.ts';

const tag = 'Service accounts';
const access = { scope: 'service:write', in: 'organization' } as const;
const account = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(['active', 'disabled']),
  createdAt: z.iso.datetime(),
});
const params = z.object({ account: z.string().describe('Name or id.') });

/** Of the organisation that a request is sent to. They get roles as members do. */
export function serviceAccountRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/service-accounts',
      access,
      tag,
      summary: 'List the accounts of machines',
      answers: { 200: { description: 'By name.', schema: listOf(account) } },
      handle: async ({ caller }) => ({ body: { items: await rights.serviceAccounts.list(caller.place.organization) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/service-accounts',
      access,
      tag,
      summary: 'Create an account for a machine, without any role',
      body: z.strictObject({ name: plainName, description }),
      answers: { 201: { description: 'Created.', schema: account } },
      handle: async ({ body, caller }) => ({
        status: 201,
        body: await rights.serviceAccounts.create(caller.place.organization, body),
      }),
    }),
    defineRoute({
      method: 'patch',
      path: '/service-accounts/:account',
      access,
      tag,
      summary: 'Disable an account at once, whatever keys it has, or let it in again',
      params,
      body: z.strictObject({ status: z.enum(['active', 'disabled']) }),
      answers: { 204: { description: 'Done.' } },
      handle: async ({ params, body, caller: { actor, place } }) => {
        await rights.serviceAccounts.setStatus(actor, place.organization, params.account, body.status);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/service-accounts/:account',
      access,
      tag,
      summary: 'Delete an account with its roles and keys',
      params,
      answers: { 204: { description: 'Deleted.' } },
      handle: async ({ params, caller: { actor, place } }) => {
        await rights.serviceAccounts.delete(actor, place.organization, params.account);
        return { status: 204 };
      },
    }),
  ];
}
