import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import type { ApiServices } from '../../api-services.ts';
import { defineRoute, type Route } from '../../route.ts';
import { listOf } from '../schemas.ts';
import { email } from './access-schemas.ts';

const tag = 'Invitations';
const access = { scope: 'organization:member', in: 'organization' } as const;
const workspaces = z.array(z.strictObject({ workspace: z.uuid(), role: z.string() })).max(200);
const invitation = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string().describe('In the organisation.'),
  workspaces,
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
});

/** Whoever manages one workspace may invite into it, if it makes somebody no more than a member of the organisation. */
function workspaceAlone({
  role,
  workspaces = [],
}: {
  readonly role?: string;
  readonly workspaces?: readonly { readonly workspace: string }[];
}): string | undefined {
  return role === 'organization-member' && workspaces.length === 1 ? workspaces[0]!.workspace : undefined;
}

/** To the organisation that a request is sent to. */
export function invitationRoutes({ rights }: Pick<ApiServices, 'rights'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/invitations',
      access,
      tag,
      summary: 'List invitations, newest first',
      answers: { 200: { description: 'The last thousand.', schema: listOf(invitation) } },
      handle: async ({ caller }) => ({ body: { items: await rights.invitations.list(caller.place.organization) } }),
    }),
    defineRoute({
      method: 'post',
      path: '/invitations',
      access: {
        scope: ({ body }) => (workspaceAlone(body) === undefined ? 'organization:member' : 'member:invite'),
        in: ({ body }, { place: { organization } }) => {
          const workspace = workspaceAlone(body);
          return { organization, ...(workspace !== undefined && { workspace }) };
        },
      },
      tag,
      summary: 'Invite somebody; the token is shown this once and is valid for seven days',
      body: z.strictObject({
        email,
        role: z.string().default('organization-member'),
        workspaces: workspaces.default([]),
      }),
      answers: { 201: { description: 'Created.', schema: invitation.extend({ token: z.string() }) } },
      handle: async ({ body, caller: { actor, place } }) => {
        const { invitation, token } = await rights.invitations.create(actor, place.organization, body);
        return { status: 201, body: { ...invitation, token } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/invitations/:id',
      access,
      tag,
      summary: 'Take an invitation back',
      params: z.object({ id: z.string() }),
      answers: { 204: { description: 'It cannot be accepted any more.' } },
      handle: async ({ params, caller }) => {
        await rights.invitations.revoke(caller.place.organization, params.id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/invitations/accept',
      access: 'self',
      tag,
      summary: 'Accept an invitation to your own e-mail address',
      body: z.strictObject({ token: z.string().max(200) }),
      answers: {
        200: {
          description: 'Where you belong now.',
          schema: z.object({ organization: z.string(), workspace: z.string().optional() }),
        },
      },
      handle: async ({ body, caller: { actor } }) => {
        // A key cannot widen what its owner may do.
        if (actor.kind !== 'user' || actor.key !== undefined) throw raise.INVITATION_FOR_ANOTHER(undefined);
        return { body: await rights.invitations.accept(body.token, actor) };
      },
    }),
  ];
}
