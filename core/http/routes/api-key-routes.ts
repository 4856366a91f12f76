import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { KeyOwner } from '../../identity/keys/api-keys.ts';
import type { ApiServices } from '../api-services.ts';
import type { Caller } from '../caller.ts';
import { permit } from '../permit.ts';
import { defineRoute, type Route } from '../route.ts';
import { personName } from '../sign-in/basic-routes.ts';
import { requireSession } from './me-routes.ts';
import { listOf } from './schemas.ts';

const key = z.object({
  id: z.string(),
  owner: z.union([z.object({ user: z.string() }), z.object({ service: z.string() })]),
  name: z.string(),
  scopes: z.array(z.string()).optional().describe('Absent: everything its owner may do.'),
  workspace: z.string().optional().describe('Only in this one.'),
  expiresAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional().describe('To the minute.'),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
const of = {
  user: z.string().optional().describe('Whose: id or e-mail address. Only the admin key may ask for others.'),
  service: z.string().optional().describe('Of a service account: name or id.'),
};
const tag = 'API keys';

type Services = Pick<ApiServices, 'identity' | 'rights' | 'places'>;
type Asked = { readonly user?: string | undefined; readonly service?: string | undefined };

/** Keys of people and of service accounts. A key narrows what its owner may do, and never makes another one. */
export function apiKeyRoutes(services: Services): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api-keys',
      access: 'self',
      tag,
      summary: 'List API keys',
      query: z.object(of),
      answers: { 200: { description: 'Newest first, never the keys themselves.', schema: listOf(key) } },
      handle: async ({ query, caller }) => {
        const owner = await ownerOf(services, caller, query, 'list keys');
        return { body: { items: await services.identity.keys.list(owner) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api-keys',
      access: 'self',
      tag,
      summary: 'Make an API key',
      body: z.strictObject({
        ...of,
        name: personName,
        scopes: z.array(z.string().max(200)).min(1).max(200).optional(),
        workspace: z.string().optional().describe('Name or id; it works only there.'),
        expiresInDays: z.number().positive().max(3_650).optional(),
      }),
      answers: {
        201: { description: 'With the key itself, which is shown this once.', schema: key.extend({ key: z.string() }) },
      },
      handle: async ({ body, caller }) => {
        const { identity, places } = services;
        const { actor } = caller;
        const owner = await ownerOf(services, caller, body, 'make keys');
        const { name, scopes, expiresInDays } = body;
        const workspace = body.workspace && (await places.find(actor, body.workspace)).workspace;
        const made = await identity.keys.create({
          owner,
          name,
          by: actor.kind === 'user' ? actor.email : actor.name,
          ...(scopes !== undefined && { scopes }),
          ...(workspace && { workspace }),
          ...(expiresInDays !== undefined && { expiresAt: new Date(Date.now() + expiresInDays * 86_400_000) }),
        });
        return { status: 201, body: made };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api-keys/:id',
      access: 'self',
      audit: 'api-key.revoke',
      tag,
      summary: 'Revoke an API key',
      params: z.object({ id: z.string() }),
      answers: { 204: { description: 'It is worth nothing any more, on every host.' } },
      handle: async ({ params: { id }, caller }) => {
        const { identity } = services;
        const { actor } = caller;
        if (actor.kind !== 'host') requireSession({ caller }, 'revoke keys');
        const found = await identity.keys.find(id);
        if (found === undefined || !(await mayRevoke(services, caller, found.owner)))
          throw raise.HTTP_NOT_FOUND({ what: `API key ${id} of yours` });
        await identity.keys.revoke(id);
        return { status: 204 };
      },
    }),
  ];
}

async function mayRevoke({ rights }: Services, { actor, place }: Caller, owner: KeyOwner): Promise<boolean> {
  if (actor.kind === 'host') return true;
  if ('user' in owner) return owner.user === actor.id;
  const { organization } = place;
  if (!(await rights.decisions.can(actor, 'service:write', { organization })).allowed) return false;
  return (await rights.serviceAccounts.list(organization)).some(({ id }) => id === owner.service);
}

/**
 * Whose keys a request is about: nobody is handed a key of an account that may do more than they.
 * @throws API_KEY_CANNOT, ACCESS_DENIED, ACCESS_NOT_FOUND, ACCESS_GRANT_TOO_WIDE, USER_NOT_FOUND, HTTP_INVALID_REQUEST
 */
async function ownerOf(
  { identity, rights }: Services,
  caller: Caller,
  { user, service }: Asked,
  what: string,
): Promise<KeyOwner> {
  const { actor } = caller;
  if (user !== undefined && service !== undefined)
    throw raise.HTTP_INVALID_REQUEST({ problems: ['a key belongs to a user or to a service account, not to both'] });
  if (actor.kind !== 'host') requireSession({ caller }, what);
  if (service !== undefined) {
    const { organization } = caller.place;
    await permit(rights.decisions, caller, { scope: 'service:write', in: 'organization' }, NOTHING);
    return { service: await rights.serviceAccounts.mayActAs(actor, organization, service) };
  }
  if (actor.kind === 'user') {
    if (user !== undefined && user !== actor.id && user !== actor.email)
      throw raise.API_KEY_CANNOT({ what: `${what} of others` });
    return { user: actor.id };
  }
  if (user === undefined) throw raise.HTTP_INVALID_REQUEST({ problems: ['say whose key: `user` or `service`'] });
  return { user: (await identity.users.get(user)).id };
}

const NOTHING = { params: undefined, query: undefined, body: undefined };
