import type { Request, Response } from 'express';
import { bearerToken } from '../../identity/bearer-token.ts';
import type { Identity } from '../../identity/open-identity.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { BrowserSession } from './browser-session.ts';

/**
 * Ends the session of a request, if it has one, and answers where the provider wants to be told of it. Signing out twice is no
 * mistake.
 */
export async function signOut(
  identity: Identity,
  browser: BrowserSession,
  request: Request,
  response: Response,
): Promise<string | undefined> {
  browser.clear(response);
  const token = bearerToken(request.headers) ?? browser.token(request);
  const actor = token === undefined ? undefined : await identity.sessions.prove(token);
  if (actor?.session === undefined) return undefined;
  const session = await identity.sessions.find(actor.session);
  await identity.sessions.end(actor.session);
  await identity.audit.add({ actor, action: 'session.end', outcome: 'done', address: browser.address(request) });
  return session === undefined ? undefined : atProvider(identity, session);
}

async function atProvider({ oidc, saml, sealer, baseUrl }: Identity, session: Session): Promise<string | undefined> {
  const [kind, id = ''] = session.way.split(':');
  const sealed = session.provider?.token;
  // The message to a SAML provider is written when somebody goes there: it holds for minutes.
  if (kind === 'saml')
    return sealed === undefined || saml.get(id)?.logout === undefined
      ? undefined
      : `${baseUrl()}/api/auth/saml/${id}/sign-out?session=${sealed}`;
  const provider = kind === 'oidc' ? oidc.get(id) : undefined;
  if (provider === undefined) return undefined;
  const opened = sealed === undefined ? undefined : await sealer.open('id token', sealed);
  // A provider that is away does not keep anybody signed in here.
  return provider.endSessionUrl(opened?.['idToken'] as string | undefined).catch(() => undefined);
}
