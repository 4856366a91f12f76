import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { checkPassword } from '../../identity/passwords/password-rules.ts';
import { normalEmail } from '../../identity/users/user.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route, type RouteAccess, type RouteCall } from '../route.ts';
import { email, password, personName } from '../sign-in/basic-routes.ts';
import { listOf } from './schemas.ts';
import { sessionSchema } from './session-schema.ts';

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  platformRole: z.enum(['basic', 'admin']),
  status: z.enum(['active', 'disabled']),
  emailVerifiedAt: z.iso.datetime().optional(),
  lastSeenAt: z.iso.datetime().optional().describe('When they last signed in.'),
  createdAt: z.iso.datetime(),
});
const params = z.object({ user: z.string().describe('Id or e-mail address.') });
const tag = 'Users';
const access = { scope: 'user:manage', in: 'host' } as const satisfies RouteAccess;

/** The accounts of the whole host, for those who manage it. */
export function userRoutes({ identity, rights }: Pick<ApiServices, 'identity' | 'rights'>): Route[] {
  /** This host need not wait until the database tells it. */
  const outAtOnce = async (id: string) => {
    identity.keys.recheck({ user: id });
    await identity.sessions.endAll(id);
    await rights.decisions.changed(id);
  };
  return [
    defineRoute({
      method: 'get',
      path: '/users',
      access,
      tag,
      summary: 'List all users',
      answers: { 200: { description: 'By e-mail address.', schema: listOf(user) } },
      handle: async () => ({ body: { items: await identity.users.list() } }),
    }),
    defineRoute({
      method: 'post',
      path: '/users',
      access,
      tag,
      summary: 'Make an account for somebody',
      body: z.strictObject({
        email,
        name: personName.optional(),
        password: password.optional().describe('Absent: they set one by a link, or sign in at a provider.'),
        platformRole: z.enum(['basic', 'admin']).default('basic'),
      }),
      answers: { 201: { description: 'It is made.', schema: user } },
      handle: async (call) => {
        const { body } = call;
        if (body.platformRole === 'admin') requireWhole(call, 'make platform admins');
        const address = normalEmail(body.email);
        const { minimumLength } = identity.config.basic;
        if (body.password !== undefined) checkPassword(body.password, { minimumLength, email: address });
        const isFirst = !(await identity.users.hasAdmin());
        const made = await identity.users.create({
          email: address,
          name: body.name ?? address,
          platformRole: body.platformRole,
          emailVerified: true,
          ...(body.password !== undefined && { passwordHash: await identity.passwords.hasher.hash(body.password) }),
        });
        if (isFirst && made.platformRole === 'admin') await identity.memberships.makeFirstOwner(made.id);
        return { status: 201, body: made };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/:user',
      access,
      tag,
      summary: 'Show a user',
      params,
      answers: { 200: { description: 'The user.', schema: user } },
      handle: async (call) => ({ body: await identity.users.get(call.params.user) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/users/:user',
      access,
      tag,
      summary: 'Change a user, switch one off or on',
      params,
      body: z.strictObject({
        name: personName.optional(),
        status: z.enum(['active', 'disabled']).optional().describe('Whoever is disabled is signed out everywhere.'),
        platformRole: z.enum(['basic', 'admin']).optional(),
      }),
      answers: { 200: { description: 'The user as it is now.', schema: user } },
      handle: async (call) => {
        const { id } = await identity.users.get(call.params.user);
        const { name, status, platformRole } = call.body;
        if (platformRole !== undefined) requireWhole(call, 'make platform admins');
        await identity.users.change(id, {
          ...(name !== undefined && { name }),
          ...(status !== undefined && { status }),
          ...(platformRole !== undefined && { platformRole }),
        });
        if (status === 'disabled') await outAtOnce(id);
        else if (status !== undefined || platformRole !== undefined) await rights.decisions.changed(id);
        return { body: await identity.users.get(id) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:user',
      access,
      tag,
      summary: 'Delete a user with sessions, keys, roles and invitations; what they made stays',
      params,
      answers: { 204: { description: 'The account is gone, and whoever was signed in with it is out.' } },
      handle: async (call) => {
        const { id } = await identity.users.get(call.params.user);
        await identity.users.delete(id);
        await outAtOnce(id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/users/:user/reset-link',
      access,
      tag,
      summary: 'Make a link with which a user sets a password',
      params,
      answers: {
        201: {
          description: 'Whoever has it, has the account: once, within an hour.',
          schema: z.object({ url: z.string() }),
        },
      },
      handle: async (call) => {
        requireWhole(call, 'take over accounts');
        const found = await identity.users.get(call.params.user);
        return { status: 201, body: { url: await identity.passwords.reset.linkFor(found) } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/users/:user/password',
      access,
      tag,
      summary: 'Set the password of a user',
      params,
      body: z.strictObject({ password }),
      answers: { 204: { description: 'It is set, and every session of this account has ended.' } },
      handle: async (call) => {
        requireWhole(call, 'take over accounts');
        const found = await identity.users.get(call.params.user);
        await identity.passwords.reset.set(found, call.body.password);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/:user/sessions',
      access,
      tag,
      summary: 'List where a user is signed in',
      params,
      answers: { 200: { description: 'Newest first.', schema: listOf(sessionSchema) } },
      handle: async (call) => {
        const { id } = await identity.users.get(call.params.user);
        return { body: { items: (await identity.sessions.list(id)).map(({ provider, ...shown }) => shown) } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:user/sessions/:session',
      access,
      audit: 'session.end',
      tag,
      summary: 'End a session of a user',
      params: params.extend({ session: z.string() }),
      answers: { 204: { description: 'It has ended, on every host.' } },
      handle: async (call) => {
        const { id } = await identity.users.get(call.params.user);
        const session = await identity.sessions.find(call.params.session);
        if (session?.user !== id) throw raise.HTTP_NOT_FOUND({ what: `session ${call.params.session} of this user` });
        await identity.sessions.end(session.id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:user/sessions',
      access,
      audit: 'session.end',
      tag,
      summary: 'Sign a user out everywhere',
      params,
      answers: { 200: { description: 'So many have ended.', schema: z.object({ ended: z.int() }) } },
      handle: async (call) => {
        const { id } = await identity.users.get(call.params.user);
        return { body: { ended: await identity.sessions.endAll(id) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/session-keys',
      access,
      audit: 'session-key.rotate',
      tag,
      summary: 'Sign new sessions with a new key',
      answers: { 204: { description: 'Sessions that are open go on until they expire.' } },
      handle: async () => {
        await identity.sessionKeys.rotate();
        return { status: 204 };
      },
    }),
  ];
}

/** A key of a few scopes must not make itself more through the account of another. */
function requireWhole({ caller: { actor } }: Pick<RouteCall<any, any, any>, 'caller'>, what: string): void {
  if (actor.kind !== 'host' && actor.key !== undefined) throw raise.API_KEY_CANNOT({ what });
}
