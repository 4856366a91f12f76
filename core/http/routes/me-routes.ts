import { z } from 'zod';
import type { UserActor } from '../../access/actor.ts';
import { raise } from '../../errors/catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route, type RouteCall } from '../route.ts';
import { password, personName } from '../sign-in/basic-routes.ts';
import { listOf } from './schemas.ts';
import { sessionSchema } from './session-schema.ts';

const me = z.object({
  kind: z.enum(['user', 'service', 'host']),
  id: z.string().optional(),
  email: z.string().optional(),
  name: z.string(),
  platformRole: z.enum(['basic', 'admin']).optional(),
  session: z.string().optional().describe('The session by which this request comes.'),
  key: z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()).optional() }).optional(),
  organization: z.string(),
  workspace: z.string().describe('Where this request would do something.'),
});

/** Whoever has signed in, about themselves. */
export function meRoutes({ identity, browser }: Pick<ApiServices, 'identity' | 'browser'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/me',
      access: 'self',
      tag: 'Sign-in',
      summary: 'Who you are',
      answers: { 200: { description: 'You.', schema: me } },
      handle: async ({ caller: { actor, place } }) => {
        if (actor.kind === 'host') return { body: { kind: 'host', name: actor.name, ...place } };
        if (actor.kind === 'service')
          return { body: { kind: 'service', id: actor.id, name: actor.name, key: actor.key, ...place } };
        const { email, name, platformRole } = await identity.users.get(actor.id);
        const { session, key } = actor;
        const by = { ...(session !== undefined && { session }), ...(key !== undefined && { key }) };
        return { body: { kind: 'user', id: actor.id, email, name, platformRole, ...by, ...place } };
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/me',
      access: 'self',
      audit: 'user.update',
      tag: 'Sign-in',
      summary: 'Change your name',
      body: z.strictObject({ name: personName }),
      answers: { 204: { description: 'It is changed.' } },
      handle: async (call) => {
        const { id } = requireSession(call, 'change a profile');
        await identity.users.change(id, { name: call.body.name });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/password',
      access: 'self',
      audit: 'user.password',
      tag: 'Sign-in',
      summary: 'Change your password',
      body: z.strictObject({ password, newPassword: password }),
      answers: {
        200: {
          description: 'Every session has ended; this is a new one, also in the cookie.',
          schema: z.object({ token: z.string(), expiresAt: z.iso.datetime() }),
        },
      },
      handle: async (call) => {
        const { request, response } = call;
        const { email, id } = requireSession(call, 'change a password');
        browser.requireSafeTransport(request);
        const credentials = { email, password: call.body.password, address: browser.address(request) };
        const user = await identity.passwords.signIn.change(credentials, call.body.newPassword);
        await identity.sessions.endAll(id);
        return { body: await browser.start(request, response, { user, way: 'basic' }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/sessions',
      access: 'self',
      tag: 'Sign-in',
      summary: 'List where you are signed in',
      answers: { 200: { description: 'Newest first.', schema: listOf(sessionSchema) } },
      handle: async ({ caller: { actor } }) => {
        if (actor.kind !== 'user') return { body: { items: [] } };
        const items = await identity.sessions.list(actor.id);
        return {
          body: { items: items.map(({ provider, ...shown }) => ({ ...shown, current: shown.id === actor.session })) },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/sessions',
      access: 'self',
      audit: 'session.end',
      tag: 'Sign-in',
      summary: 'Sign out everywhere else',
      answers: { 200: { description: 'So many have ended.', schema: z.object({ ended: z.int() }) } },
      handle: async (call) => {
        const { id, session } = requireSession(call, 'end sessions');
        return { body: { ended: await identity.sessions.endAll(id, session) } };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/sessions/:id',
      access: 'self',
      audit: 'session.end',
      tag: 'Sign-in',
      summary: 'End one of your sessions',
      params: z.object({ id: z.string() }),
      answers: { 204: { description: 'It has ended, on every host.' } },
      handle: async (call) => {
        const { id } = requireSession(call, 'end sessions');
        const session = await identity.sessions.find(call.params.id);
        if (session?.user !== id) throw raise.HTTP_NOT_FOUND({ what: `session ${call.params.id} of yours` });
        await identity.sessions.end(session.id);
        return { status: 204 };
      },
    }),
  ];
}

/** Keys are for machines: whoever found one must not be able to lock its owner out, or make more of them. */
export function requireSession(
  { caller: { actor } }: Pick<RouteCall<any, any, any>, 'caller'>,
  what: string,
): UserActor {
  if (actor.kind !== 'user' || actor.session === undefined) throw raise.API_KEY_CANNOT({ what });
  return actor;
}
