import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { FLOW_SECONDS } from '../../identity/flow/browser-flow.ts';
import { letIn } from '../../identity/flow/external-person.ts';
import { safeReturnPath } from '../../identity/flow/return-to.ts';
import type { OidcProvider } from '../../identity/oidc/oidc-provider.ts';
import type { Identity } from '../../identity/open-identity.ts';
import { MOST_XML_BYTES } from '../../identity/saml/saml-problem.ts';
import type { SamlProvider } from '../../identity/saml/saml-provider.ts';
import type { Answer } from '../route.ts';
import type { SignInRouteServices } from './basic-routes.ts';
import { endSessions } from './end-sessions.ts';
import { defineOpenRoute, type OpenRoute } from './open-route.ts';
import { SAML_SESSION } from './saml-logout-routes.ts';

const params = z.object({ id: z.string() });
const returnTo = z.object({ returnTo: z.string().optional().describe('A path of this host to go to afterwards.') });
const redirect = { 303: { description: 'Leads on.' } } as const;

const lead = (location: string): Answer => ({ status: 303, headers: { Location: location } });

function oidcOf({ oidc }: Identity, id: string): OidcProvider {
  const found = oidc.get(id);
  if (found === undefined) throw raise.SIGN_IN_WAY_CLOSED({ way: `oidc:${id}` });
  return found;
}

export function samlOf({ saml }: Identity, id: string): SamlProvider {
  const found = saml.get(id);
  if (found === undefined) throw raise.SIGN_IN_WAY_CLOSED({ way: `saml:${id}` });
  return found;
}

/** Sign-in at OpenID providers. */
export function oidcRoutes({ identity, browser }: SignInRouteServices): OpenRoute[] {
  return [
    defineOpenRoute({
      method: 'get',
      path: '/auth/oidc/:id/start',
      tag: 'Sign-in',
      summary: 'Go to an OpenID provider',
      access: 'open',
      from: 'any',
      isPage: true,
      params,
      query: returnTo,
      answers: redirect,
      handle: async ({ params: { id }, query, request, response }) => {
        const provider = oidcOf(identity, id);
        browser.requireSafeTransport(request);
        const { url, flow } = await provider.begin(safeReturnPath(query.returnTo));
        browser.keepFlow(response, await identity.flows.begin(flow), FLOW_SECONDS);
        return lead(url);
      },
    }),
    defineOpenRoute({
      method: 'get',
      path: '/auth/oidc/:id/callback',
      tag: 'Sign-in',
      summary: 'Come back from an OpenID provider',
      access: 'open',
      audit: 'session.create',
      from: 'any',
      isPage: true,
      params,
      answers: redirect,
      handle: async ({ params: { id }, request, response }) => {
        const provider = oidcOf(identity, id);
        const { search, searchParams } = new URL(request.originalUrl, 'http://here.invalid');
        const cookie = browser.takeFlow(request, response);
        const flow = await identity.flows.end(cookie, provider.way, searchParams.get('state') ?? undefined);
        const person = await provider.complete(search, flow);
        const user = await letIn(identity, person, provider.config);
        const { issuer, subject, session, idToken } = person;
        const sealed = await identity.sealer.seal('id token', { idToken }, identity.config.session.days * 86_400);
        await browser.start(request, response, {
          user,
          way: provider.way,
          provider: { issuer, subject, token: sealed, ...(session !== undefined && { session }) },
        });
        return lead(flow.returnTo);
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/oidc/:id/backchannel-logout',
      tag: 'Sign-in',
      summary: 'An OpenID provider tells that a session has ended',
      access: 'open',
      audit: 'session.end',
      from: 'any',
      isForm: true,
      params,
      body: z.object({ logout_token: z.string().min(1).max(16_384) }),
      answers: { 200: { description: 'Our sessions that came from it have ended.' } },
      handle: async ({ params: { id }, body, request }) => {
        const ended = await identity.logoutTokens.read(oidcOf(identity, id), body.logout_token);
        await endSessions(identity, `oidc:${id}`, [ended], browser.address(request));
        return { status: 200 };
      },
    }),
  ];
}

/**
 * Sign-in at SAML identity providers. Their answer is a post from another site, which brings no cookies; it is kept, and the
 * browser is led to an address that sees the cookie of the browser in which the sign-in began.
 */
export function samlRoutes({ identity, browser }: SignInRouteServices): OpenRoute[] {
  return [
    defineOpenRoute({
      method: 'get',
      path: '/auth/saml/:id/metadata',
      tag: 'Sign-in',
      summary: 'What a SAML identity provider wants to know of this host',
      access: 'open',
      from: 'any',
      params,
      answers: { 200: { description: 'SAML 2.0 metadata.', mediaType: 'application/samlmetadata+xml' } },
      handle: async ({ params: { id }, response }) => {
        response.type('application/samlmetadata+xml').send(samlOf(identity, id).metadata());
        return undefined;
      },
    }),
    defineOpenRoute({
      method: 'get',
      path: '/auth/saml/:id/start',
      tag: 'Sign-in',
      summary: 'Go to a SAML identity provider',
      access: 'open',
      from: 'any',
      isPage: true,
      params,
      query: returnTo,
      answers: redirect,
      handle: async ({ params: { id }, query, request, response }) => {
        const provider = samlOf(identity, id);
        browser.requireSafeTransport(request);
        const { url, flow } = provider.begin(safeReturnPath(query.returnTo));
        browser.keepFlow(response, await identity.flows.begin(flow), FLOW_SECONDS);
        return lead(url);
      },
    }),
    defineOpenRoute({
      method: 'post',
      path: '/auth/saml/:id/acs',
      tag: 'Sign-in',
      summary: 'What a SAML identity provider answers',
      access: 'open',
      audit: 'session.create',
      from: 'any',
      isPage: true,
      isForm: true,
      params,
      body: z.object({
        SAMLResponse: z
          .string()
          .min(1)
          .max(MOST_XML_BYTES * 2),
      }),
      answers: redirect,
      handle: async ({ params: { id }, body }) => {
        const provider = samlOf(identity, id);
        const ticket = await identity.tickets.keep(await provider.accept(body.SAMLResponse));
        return lead(`/api/auth/saml/${id}/finish?ticket=${ticket}`);
      },
    }),
    defineOpenRoute({
      method: 'get',
      path: '/auth/saml/:id/finish',
      tag: 'Sign-in',
      summary: 'Come back from a SAML identity provider',
      access: 'open',
      audit: 'session.create',
      from: 'any',
      isPage: true,
      params,
      query: z.object({ ticket: z.string().regex(/^[\w-]{32}$/) }),
      answers: redirect,
      handle: async ({ params: { id }, query: { ticket }, request, response }) => {
        const provider = samlOf(identity, id);
        const cookie = browser.takeFlow(request, response);
        const person = await identity.tickets.take(provider.way, ticket);
        const flow =
          person.inResponseTo === undefined
            ? undefined
            : await identity.flows.end(cookie, provider.way, person.inResponseTo);
        const user = await letIn(identity, person, provider.config);
        const { issuer, subject, session } = person;
        const named = { name: person.samlName, session: session ?? null };
        const token = await identity.sealer.seal(SAML_SESSION, named, identity.config.session.days * 86_400);
        await browser.start(request, response, {
          user,
          way: provider.way,
          provider: { issuer, subject, token, ...(session !== undefined && { session }) },
        });
        return lead(flow?.returnTo ?? '/');
      },
    }),
  ];
}
