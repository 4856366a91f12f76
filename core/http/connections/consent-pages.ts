import type { RequestHandler, Response } from 'express';
import { actorOfAccount } from '../../access/account-ref.ts';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { HeldConnection } from '../../secrets/oauth/connection-record.ts';
import type { Connections } from '../../secrets/oauth/connections.ts';
import { CONSENT_LIFE_MS } from '../../secrets/oauth/consent.ts';
import type { ApiServices } from '../api-services.ts';
import { escapeHtml } from '../escape-html.ts';
import { layout, PAGE_HEADERS, type Page } from '../sign-in/page-layout.ts';
import type { ConnectLinks, ConnectTicket } from './connect-links.ts';
import { setConsentCookie, takeConsentCookie } from './consent-cookie.ts';

export interface ConsentServices {
  readonly connections: Connections;
  readonly connectLinks: ConnectLinks;
}

/** `/api/integrations/begin/{token}`: says what is about to be connected; with `?continue=1` the browser goes to the provider. */
export function beginHandler(services: ConsentServices & Pick<ApiServices, 'access'>): RequestHandler {
  const { connections, connectLinks } = services;
  return asPage('/api/integrations/begin/{token}', async (request, response) => {
    const ticket = connectLinks.read(String(request.params['token']), Date.now());
    await checkIssuer(services, ticket);
    const { workspace, connection: id, actor, returnTo } = ticket;
    const connection = await connections.get(workspace, id);
    if (request.query['continue'] === '1') {
      response.redirect(302, await sendOff({ connections, connectLinks }, connection, { actor, returnTo }, response));
      return;
    }
    const { title, scopes } = connections.providers.get(connection.provider);
    const wanted = connection.scopes ?? scopes.default;
    const words = wanted.map((scope) => `<li>${escapeHtml(scopes.known[scope] ?? scope)}</li>`).join('');
    sendPage(response, 200, {
      title: `Connect ${title}`,
      lead: `${asker(actor)} asks to use your account there, in the environment ${connection.environment}.`,
      body: `${words === '' ? '' : `<p>Backplane will be able to:</p><ul>${words}</ul>`}
<p>Go on only if you expected this.</p>
<a class="way" href="?continue=1">Continue to ${escapeHtml(title)}</a>`,
    });
  });
}

/** Whoever was switched off, or has lost the role, connects nothing by a link of before. Throws CONNECTION_STATE_INVALID. */
async function checkIssuer(
  { access }: Pick<ApiServices, 'access'>,
  { issuer, workspace }: ConnectTicket,
): Promise<void> {
  if (issuer === undefined) return;
  const { organization } = issuer;
  const { allowed } = await access.can(actorOfAccount(issuer), 'connection:write', { organization, workspace });
  if (!allowed) throw raise.CONNECTION_STATE_INVALID(undefined);
}

/** `/api/integrations/callback`: where providers send the browser back to. */
export function callbackHandler({ connections }: ConsentServices): RequestHandler {
  return asPage('/api/integrations/callback', async (request, response) => {
    const text = (name: string) => {
      const value = request.query[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const state = text('state');
    if (state === undefined) throw raise.CONNECTION_STATE_INVALID(undefined);
    const browser = takeConsentCookie(request, response, state);
    const [code, error, errorDescription] = [text('code'), text('error'), text('error_description')];
    const { connection, returnTo } = await connections.complete({
      state,
      browser,
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
      ...(errorDescription !== undefined && { errorDescription }),
    });
    const { title } = connections.providers.get(connection.provider);
    const who = connection.account === undefined ? '' : ` as ${connection.account.label}`;
    const next =
      returnTo === undefined
        ? '<p>You can close this window.</p>'
        : `<a class="way" href="${escapeHtml(returnTo)}">Back to Backplane</a>`;
    const note = { kind: 'good', text: `Backplane is connected with ${title}${who}.` } as const;
    const lead = `For workflows of the environment ${connection.environment}.`;
    sendPage(response, 200, { title: 'Connected', lead, note, body: next });
  });
}

/** Where the browser goes now; what binds it to the consent is set on the answer. */
export async function sendOff(
  { connections, connectLinks }: ConsentServices,
  connection: HeldConnection,
  { actor, returnTo }: { readonly actor: string; readonly returnTo?: string | undefined },
  response: Response,
): Promise<string> {
  const { url, state, browser } = await connections.begin(connection, {
    redirectUri: connectLinks.redirectUri(),
    actor,
    ...(returnTo !== undefined && { returnTo }),
  });
  response.setHeader('Cache-Control', 'no-store');
  setConsentCookie(response, { state, browser, secure: connectLinks.secure(), lifeMs: CONSENT_LIFE_MS });
  return url;
}

/** People see these addresses, so what goes wrong is a page as well. */
function asPage(route: string, handle: (...given: Parameters<RequestHandler>) => Promise<void>): RequestHandler {
  return async (request, response, next) => {
    response.locals['route'] = route;
    try {
      await handle(request, response, next);
    } catch (error) {
      const record = toErrorRecord(error);
      if (record.code === 'INTERNAL') throw error;
      const note = { kind: 'bad', text: record.message, more: record.remedy } as const;
      sendPage(response, record.status ?? 500, {
        title: 'Not connected',
        lead: 'Nothing has changed here.',
        note,
        body: '',
      });
    }
  };
}

function sendPage(response: Response, status: number, page: Page): void {
  response.status(status).set(PAGE_HEADERS).send(layout(page));
}

/** The name of an actor as somebody reads it who knows nothing of actors. */
function asker(actor: string): string {
  if (actor.startsWith('host:')) return 'The administrator of this Backplane';
  return actor.startsWith('service:') ? `The service ${actor.slice('service:'.length)}` : actor;
}
