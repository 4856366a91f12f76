import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { safeReturnPath } from '../../identity/flow/return-to.ts';
import { personName, type SignInRouteServices } from './basic-routes.ts';
import { devicePages } from './device-pages.ts';
import { mountForm, type PageForm, pageFields, sendPage } from './page-form.ts';
import type { Note } from './page-layout.ts';
import {
  forgotPage,
  newPasswordPage,
  registerPage,
  signedInPage,
  signedOutPage,
  signInPage,
  verifyPage,
} from './sign-in-page.ts';
import { signOut } from './sign-out.ts';
import { waysToSignIn } from './ways-to-sign-in.ts';

const text = z.string().max(1_024);
const forms = {
  signIn: z.object({ email: text, password: text, returnTo: text.default('/') }),
  register: z.object({ email: z.email().max(254), name: personName, password: text, setupKey: text.optional() }),
  email: z.object({ email: text }),
  token: z.object({ token: text }),
  newPassword: z.object({ token: text, password: text }),
};

/** `/console/sign-in`: pages that work without scripts. They do what the addresses below `/api/auth` do. */
export function signInPages(services: SignInRouteServices): Router {
  const { identity, browser } = services;
  const router = Router();
  const basic = () => identity.config.basic;
  const tokenOf = (request: Request) => String(request.query['token'] ?? '').slice(0, 200);

  async function showSignIn(
    request: Request,
    response: Response,
    more: { note?: Note; email?: string; status?: number },
  ) {
    const ways = await waysToSignIn(identity);
    const asked = request.method === 'POST' ? pageFields(request)['returnTo'] : request.query['returnTo'];
    const { status = 200, ...shown } = more;
    sendPage(response, signInPage({ ways, returnTo: safeReturnPath(asked), ...shown }), status);
  }

  const form = <T>(path: string, schema: z.ZodType<T>, act: PageForm<T>['act'], again: PageForm<T>['again']) =>
    mountForm(router, services, { path, schema, act, again });

  router.get('/sign-in', async (request, response) => {
    const token = browser.token(request);
    const actor = token === undefined ? undefined : await identity.sessions.prove(token);
    if (actor !== undefined) return sendPage(response, signedInPage(actor.email));
    await showSignIn(request, response, {});
  });
  form(
    '/sign-in',
    forms.signIn,
    async ({ email, password, returnTo }, request, response) => {
      if (!identity.config.types.includes('basic')) throw raise.SIGN_IN_WAY_CLOSED({ way: 'basic' });
      const user = await identity.passwords.signIn.check({ email, password, address: browser.address(request) });
      await browser.start(request, response, { user, way: 'basic' });
      response.redirect(303, safeReturnPath(returnTo));
    },
    (note, given, request, response, status) =>
      showSignIn(request, response, { note, email: String(given['email'] ?? ''), status }),
  );
  form(
    '/sign-in/sign-out',
    z.object({}),
    async (_given, request, response) => {
      const endSessionUrl = await signOut(identity, browser, request, response);
      if (endSessionUrl === undefined) response.redirect(303, '/console/sign-in');
      else sendPage(response, signedOutPage(endSessionUrl));
    },
    (note, _given, request, response, status) => showSignIn(request, response, { note, status }),
  );

  const showRegister = async (
    response: Response,
    more: { note?: Note; email?: string; name?: string },
    status = 200,
  ) => {
    const isFirst = await identity.passwords.registration.needsFirstAdmin();
    sendPage(response, registerPage({ isFirst, minimumLength: basic().minimumLength, ...more }), status);
  };
  router.get('/sign-in/register', (_request, response) => showRegister(response, {}));
  form(
    '/sign-in/register',
    forms.register,
    async ({ setupKey, ...given }, request, response) => {
      const isFirst = await identity.passwords.registration.needsFirstAdmin();
      await identity.passwords.registration.register({
        ...given,
        ...(setupKey !== undefined && setupKey !== '' && { setupKey }),
        address: browser.address(request),
        local: browser.isLocal(request),
      });
      const text =
        isFirst || !basic().verifyEmail
          ? 'The account is made: sign in.'
          : identity.passwords.sendsMail
            ? 'Nearly done: follow the link that we have sent to your address.'
            : 'Nearly done: ask an administrator for a link to set your password with.';
      await showSignIn(request, response, { note: { kind: 'good', text }, email: given.email });
    },
    (note, given, _request, response, status) =>
      showRegister(response, { note, email: String(given['email'] ?? ''), name: String(given['name'] ?? '') }, status),
  );

  router.get('/sign-in/forgot', (_request, response) => sendPage(response, forgotPage(identity.passwords.sendsMail)));
  form(
    '/sign-in/forgot',
    forms.email,
    async ({ email }, request, response) => {
      await identity.passwords.reset.ask(email, browser.address(request));
      const text = 'If there is such an account, a link is on its way to it. It works for an hour.';
      await showSignIn(request, response, { note: { kind: 'good', text } });
    },
    async (note, _given, _request, response, status) =>
      sendPage(response, forgotPage(identity.passwords.sendsMail, note), status),
  );
  router.get('/sign-in/new-password', (request, response) =>
    sendPage(response, newPasswordPage(tokenOf(request), basic().minimumLength)),
  );
  form(
    '/sign-in/new-password',
    forms.newPassword,
    async ({ token, password }, request, response) => {
      await identity.passwords.reset.complete(token, password);
      await showSignIn(request, response, { note: { kind: 'good', text: 'The password is set: sign in with it.' } });
    },
    async (note, given, _request, response, status) =>
      sendPage(response, newPasswordPage(String(given['token'] ?? ''), basic().minimumLength, note), status),
  );
  router.get('/sign-in/verify', (request, response) => sendPage(response, verifyPage(tokenOf(request))));
  form(
    '/sign-in/verify',
    forms.token,
    async ({ token }, request, response) => {
      await identity.passwords.registration.verify(token);
      await showSignIn(request, response, { note: { kind: 'good', text: 'The address is confirmed: sign in.' } });
    },
    async (note, given, _request, response, status) =>
      sendPage(response, verifyPage(String(given['token'] ?? ''), note), status),
  );
  router.use(devicePages(services));
  return router;
}
