import type { Request, Response } from 'express';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import type { Outgoing } from '../../identity/saml/saml-bindings.ts';
import type { LogoutCall, SamlLogout } from '../../identity/saml/saml-logout.ts';
import type { SamlName } from '../../identity/saml/saml-messages.ts';
import { MOST_XML_BYTES } from '../../identity/saml/saml-problem.ts';
import type { Answer } from '../route.ts';
import type { SignInRouteServices } from './basic-routes.ts';
import { endSessions } from './end-sessions.ts';
import { defineOpenRoute, type OpenRoute } from './open-route.ts';
import { sendPage } from './page-form.ts';
import { POST_PAGE_HEADERS, postPage } from './post-page.ts';
import { signedOutEverywherePage } from './sign-in-page.ts';

/** What sealed texts are for that say whom a SAML provider has signed in. */
export const SAML_SESSION = 'saml session';

const params = z.object({ id: z.string() });
const message = z
  .string()
  .min(1)
  .max(MOST_XML_BYTES * 2)
  .optional();
const fields = z.object({ SAMLRequest: message, SAMLResponse: message, RelayState: z.string().max(1_000).optional() });
const answers = {
  200: { description: 'A page, for people or for the browser to go on with.', mediaType: 'text/html' },
  303: { description: 'Leads on.' },
} as const;

/** Single logout with SAML identity providers, begun here or there, by redirect or post. */
export function samlLogoutRoutes({ identity, browser }: SignInRouteServices): OpenRoute[] {
  const logoutOf = (id: string): SamlLogout => {
    const found = identity.saml.get(id)?.logout;
    if (found === undefined) throw raise.SIGN_IN_WAY_CLOSED({ way: `saml:${id}, signing out` });
    return found;
  };
  async function receive(id: string, call: LogoutCall, request: Request, response: Response): Promise<Answer> {
    const news = await logoutOf(id).receive(call);
    if (news.kind === 'answered') return void sendPage(response, signedOutEverywherePage(news.isComplete));
    await endSessions(identity, `saml:${id}`, news.sessions, browser.address(request));
    return lead(response, await news.answer());
  }
  return [
    defineOpenRoute({
      method: 'get',
      path: '/auth/saml/:id/sign-out',
      tag: 'Sign-in',
      summary: 'Go to a SAML identity provider, to sign out there',
      access: 'open',
      from: 'any',
      isPage: true,
      params,
      query: z.object({ session: z.string().max(4_000).describe('What `/auth/logout` answered.') }),
      answers,
      handle: async ({ params: { id }, query, response }) => {
        const logout = logoutOf(id);
        const opened = await identity.sealer.open(SAML_SESSION, query.session);
        if (opened === undefined) throw raise.SIGN_IN_LINK_INVALID(undefined);
        const { name, session } = opened as { readonly name: SamlName; readonly session: string | null };
        return lead(response, await logout.begin(name, session ?? undefined));
      },
    }),
    defineOpenRoute({
      method: 'get',
      path: '/auth/saml/:id/slo',
      tag: 'Sign-in',
      summary: 'A SAML identity provider tells of signing out, by redirect',
      access: 'open',
      audit: 'session.end',
      from: 'any',
      isPage: true,
      params,
      query: fields.extend({ SigAlg: z.string().optional(), Signature: z.string().optional() }),
      answers,
      handle: async ({ params: { id }, request, response }) => {
        const query = request.originalUrl.split('?').slice(1).join('?');
        return receive(id, { by: 'redirect', query }, request, response);
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/saml/:id/slo',
      tag: 'Sign-in',
      summary: 'The same, by post',
      access: 'open',
      audit: 'session.end',
      from: 'any',
      isPage: true,
      isForm: true,
      params,
      body: fields,
      answers,
      handle: async ({ params: { id }, body, request, response }) => {
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        return receive(id, { by: 'post', fields: given }, request, response);
      },
    }),
  ];
}

function lead(response: Response, outgoing: Outgoing): Answer {
  if (outgoing.by === 'redirect') return { status: 303, headers: { Location: outgoing.url } };
  response.status(200).set(POST_PAGE_HEADERS).send(postPage(outgoing.url, outgoing.fields));
  return undefined;
}
