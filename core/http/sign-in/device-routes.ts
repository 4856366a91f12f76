import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { DEVICE_SECONDS } from '../../identity/device/device-sign-in.ts';
import { shownUserCode } from '../../identity/device/user-code.ts';
import type { SignInRouteServices } from './basic-routes.ts';
import { defineOpenRoute, type OpenRoute } from './open-route.ts';

/** Commands ask so often whether somebody has approved. */
const POLL_SECONDS = 1;

/** Sign-in of a command by a browser: `backplane login`. The pages for the browser are in `device-pages.ts`. */
export function deviceRoutes({ identity, browser }: SignInRouteServices): OpenRoute[] {
  return [
    defineOpenRoute({
      method: 'post',
      path: '/auth/device',
      tag: 'Sign-in',
      summary: 'Ask to be signed in by a browser',
      access: 'open',
      body: z.strictObject({
        name: z
          .string()
          .regex(/^[\w.@-]{1,64}$/, 'must be letters, digits and `. _ @ -`, as it is shown to people')
          .describe('What people see of who asks: `ada@laptop`.'),
      }),
      answers: {
        200: {
          description: 'Two codes: one to keep, one for people to type.',
          schema: z.object({
            deviceCode: z.string().describe('For `/auth/device/token`; whoever has it gets the session.'),
            userCode: z.string(),
            url: z.string().describe('The page on which to type `userCode`.'),
            expiresIn: z.number().describe('Seconds.'),
            interval: z.number().describe('Seconds to wait before each question.'),
          }),
        },
      },
      handle: async ({ body: { name }, request }) => {
        browser.requireSafeTransport(request);
        const { deviceCode, userCode } = await identity.devices.begin({ name, address: browser.address(request) });
        return {
          body: {
            deviceCode,
            userCode: shownUserCode(userCode),
            url: `${identity.baseUrl()}/console/sign-in/device`,
            expiresIn: DEVICE_SECONDS,
            interval: POLL_SECONDS,
          },
        };
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/device/token',
      tag: 'Sign-in',
      summary: 'Ask whether somebody has approved it',
      access: 'open',
      body: z.strictObject({ deviceCode: z.string().min(20).max(100) }),
      answers: {
        200: {
          description: 'Not yet; or a session, once.',
          schema: z.discriminatedUnion('status', [
            z.object({ status: z.literal('pending') }),
            z.object({
              status: z.literal('done'),
              email: z.string(),
              token: z.string(),
              expiresAt: z.iso.datetime(),
            }),
          ]),
        },
      },
      handle: async ({ body: { deviceCode }, request }) => {
        browser.requireSafeTransport(request);
        const approved = await identity.devices.take(deviceCode);
        if (approved === undefined) return { body: { status: 'pending' } };
        const { user: id, session: by } = approved.approver;
        const [user, session] = await Promise.all([identity.users.find(id), identity.sessions.find(by)]);
        if (user?.status !== 'active' || session === undefined)
          throw raise.DEVICE_SIGN_IN_ENDED({ cause: 'whoever approved it has signed out since' });
        // It ends with what the provider ends, as the session does by which it was approved.
        const { way, provider } = session;
        const agent = `backplane login, ${approved.name}`;
        const started = await browser.open(request, { user, way, agent, ...(provider !== undefined && { provider }) });
        return { body: { status: 'done', email: user.email, ...started } };
      },
    }),
  ];
}
