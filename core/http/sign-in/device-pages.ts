import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { UserActor } from '../../access/actor.ts';
import { raise } from '../../errors/catalogue.ts';
import type { Approver } from '../../identity/device/device-sign-in.ts';
import { requireOwnOrigin } from '../../identity/sessions/same-origin.ts';
import type { SignInRouteServices } from './basic-routes.ts';
import { approvalPage, codePage, DEVICE_PATH, decidedPage } from './device-page.ts';
import { mountForm, sendPage } from './page-form.ts';
import type { Note } from './page-layout.ts';

const code = z.string().max(40);

/** `/console/sign-in/device`: whoever has signed in here approves that a command acts as them. */
export function devicePages(services: SignInRouteServices): Router {
  const { identity, browser } = services;
  const router = Router();

  /** By the cookie alone: who approves has to sit at a browser. */
  async function signedIn(request: Request): Promise<(UserActor & { readonly session: string }) | undefined> {
    const token = browser.token(request);
    const actor = token === undefined ? undefined : await identity.sessions.prove(token);
    return actor?.session === undefined ? undefined : { ...actor, session: actor.session };
  }

  async function show(request: Request, response: Response, note?: Note, status = 200): Promise<void> {
    const actor = await signedIn(request);
    if (actor === undefined) response.redirect(303, `/console/sign-in?returnTo=${encodeURIComponent(DEVICE_PATH)}`);
    else sendPage(response, codePage(actor.email, note), status);
  }

  async function approver(request: Request): Promise<Approver & { readonly email: string; readonly actor: UserActor }> {
    requireOwnOrigin(request, identity.baseUrl());
    const actor = await signedIn(request);
    if (actor === undefined) throw raise.HTTP_UNAUTHENTICATED(undefined);
    const { id: user, session, email } = actor;
    return { user, session, email, actor, address: browser.address(request) };
  }

  const again = (note: Note, _given: unknown, request: Request, response: Response, status: number) =>
    show(request, response, note, status);

  router.get('/sign-in/device', (request, response) => show(request, response));
  mountForm(router, services, {
    path: '/sign-in/device',
    schema: z.object({ code }),
    async act(given, request, response) {
      const by = await approver(request);
      const found = await identity.devices.find(given.code, by);
      sendPage(response, approvalPage({ email: by.email, request: found, address: by.address }));
    },
    again,
  });
  mountForm(router, services, {
    path: '/sign-in/device/decide',
    schema: z.object({ code, verdict: z.enum(['approve', 'deny']) }),
    async act(given, request, response) {
      const by = await approver(request);
      const { name, address } = await identity.devices.decide(given.code, by, given.verdict);
      const outcome = given.verdict === 'approve' ? 'done' : 'denied';
      const details = { name, address };
      await identity.audit.add({ actor: by.actor, action: 'session.approve', outcome, details, address: by.address });
      sendPage(response, decidedPage(given.verdict));
    },
    again,
  });
  return router;
}
