import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { Identity } from '../../identity/open-identity.ts';
import type { BrowserSession } from './browser-session.ts';
import { defineOpenRoute, type OpenRoute } from './open-route.ts';
import { signOut } from './sign-out.ts';
import { waysToSignIn } from './ways-to-sign-in.ts';

export const email = z.email().max(254).describe('An e-mail address.');
export const password = z.string().min(1).max(1_024);
export const personName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'has characters that cannot be seen');
const token = z.string().min(20).max(200);
const provider = z.object({ id: z.string(), name: z.string(), url: z.string() });

export interface SignInRouteServices {
  readonly identity: Identity;
  readonly browser: BrowserSession;
}

/** Passwords, and what concerns every way to sign in. */
export function basicRoutes({ identity, browser }: SignInRouteServices): OpenRoute[] {
  const requireBasic = () => {
    if (!identity.config.types.includes('basic')) throw raise.SIGN_IN_WAY_CLOSED({ way: 'basic' });
  };
  return [
    defineOpenRoute({
      method: 'get',
      path: '/auth/providers',
      tag: 'Sign-in',
      summary: 'The ways to sign in',
      access: 'open',
      answers: {
        200: {
          description: 'Those that are open.',
          schema: z.object({
            basic: z.boolean(),
            registration: z.enum(['open', 'closed']),
            needsFirstAdmin: z.boolean().describe('Nobody manages this host yet.'),
            oidc: z.array(provider),
            saml: z.array(provider),
          }),
        },
      },
      handle: async () => ({ body: await waysToSignIn(identity) }),
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/login',
      tag: 'Sign-in',
      summary: 'Sign in with a password',
      access: 'open',
      audit: 'session.create',
      body: z.strictObject({ email: z.string().min(1).max(254), password }),
      answers: {
        200: {
          description: 'A session, in a cookie, and as a token that is sent as `Authorization: Bearer …`.',
          schema: z.object({ token: z.string(), expiresAt: z.iso.datetime() }),
        },
      },
      handle: async ({ body, request, response }) => {
        requireBasic();
        browser.requireSafeTransport(request);
        const user = await identity.passwords.signIn.check({ ...body, address: browser.address(request) });
        return { body: await browser.start(request, response, { user, way: 'basic' }) };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/logout',
      tag: 'Sign-in',
      summary: 'Sign out',
      access: 'open',
      answers: {
        200: {
          description: 'The session has ended.',
          schema: z.object({
            endSessionUrl: z.string().optional().describe('Leads to the provider, to sign out there.'),
          }),
        },
      },
      handle: async ({ request, response }) => {
        const endSessionUrl = await signOut(identity, browser, request, response);
        return { body: { ...(endSessionUrl !== undefined && { endSessionUrl }) } };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/register',
      tag: 'Sign-in',
      summary: 'Make an account for oneself',
      access: 'open',
      audit: 'user.register',
      body: z.strictObject({
        email,
        name: personName,
        password,
        setupKey: z.string().min(1).max(200).optional().describe('The admin key, for the first account of a host.'),
      }),
      answers: {
        202: { description: 'It was taken, whether the address was free or not; a message to it tells more.' },
      },
      handle: async ({ body: { setupKey, ...body }, request }) => {
        requireBasic();
        browser.requireSafeTransport(request);
        await identity.passwords.registration.register({
          ...body,
          ...(setupKey !== undefined && { setupKey }),
          address: browser.address(request),
          local: browser.isLocal(request),
        });
        return { status: 202 };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/verify',
      tag: 'Sign-in',
      summary: 'Confirm an e-mail address',
      access: 'open',
      audit: 'user.verify',
      body: z.strictObject({ token }),
      answers: { 204: { description: 'It is confirmed.' } },
      handle: async ({ body }) => {
        await identity.passwords.registration.verify(body.token);
        return { status: 204 };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/reset',
      tag: 'Sign-in',
      summary: 'Ask for a link with which to set a new password',
      access: 'open',
      body: z.strictObject({ email: z.string().min(1).max(254) }),
      answers: { 202: { description: 'If there is such an account, the link is on its way.' } },
      handle: async ({ body, request }) => {
        requireBasic();
        await identity.passwords.reset.ask(body.email, browser.address(request));
        return { status: 202 };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/reset/complete',
      tag: 'Sign-in',
      summary: 'Set a new password with such a link',
      access: 'open',
      audit: 'user.password',
      body: z.strictObject({ token, password }),
      answers: { 204: { description: 'It is set, and every session of this account has ended.' } },
      handle: async ({ body, request }) => {
        requireBasic();
        browser.requireSafeTransport(request);
        await identity.passwords.reset.complete(body.token, body.password);
        return { status: 204 };
      },
    }),
  ];
}
