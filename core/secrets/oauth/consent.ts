import type { Http } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { accountOf } from './account.ts';
import type { AuthorizationStore, PendingAuthorization } from './authorization-store.ts';
import { authorizeUrl, randomToken } from './authorize-url.ts';
import type { HeldConnection } from './connection-record.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { Footing, ProviderTable } from './provider-table.ts';
import type { TokenAnswer } from './token-answer.ts';
import { askForToken, type TokenEndpointOptions } from './token-endpoint.ts';

export interface ConsentOptions extends TokenEndpointOptions {
  readonly http: Http;
  readonly store: ConnectionStore;
  readonly pending: AuthorizationStore;
  readonly providers: ProviderTable;
}

export interface ConsentRequest {
  /** Where the provider sends the browser back to; registered there. */
  readonly redirectUri: string;
  /** Path of this host to show afterwards. */
  readonly returnTo?: string;
  readonly actor: string;
}

export interface BegunConsent {
  /** Where the browser goes. */
  readonly url: string;
  readonly state: string;
  /** Kept by that browser alone, and shown again with the answer. */
  readonly browser: string;
}

/** What the provider sent along with the browser. */
export interface ConsentAnswer {
  readonly state: string;
  readonly browser: string;
  readonly code?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

export const CONSENT_LIFE_MS = 600_000;

/** Sends somebody to the provider. Throws what {@link ProviderTable.footing} throws. */
export async function beginConsent(
  { pending, providers }: ConsentOptions,
  connection: HeldConnection,
  { redirectUri, returnTo, actor }: ConsentRequest,
): Promise<BegunConsent> {
  const { at, client, scopes } = providers.footing(connection);
  const state = randomToken();
  const browser = randomToken();
  const verifier = at.spec.pkce === 'none' ? undefined : randomToken();
  const url = authorizeUrl(at, {
    clientId: client.id,
    redirectUri,
    scopes,
    state,
    ...(verifier !== undefined && { verifier }),
  });
  const begun: PendingAuthorization = {
    connectionId: connection.id,
    redirectUri,
    scopes,
    actor,
    ...(verifier !== undefined && { verifier }),
    ...(returnTo !== undefined && { returnTo }),
  };
  await pending.add(state, browser, begun, CONSENT_LIFE_MS);
  return { url, state, browser };
}

/**
 * Takes what the provider sent back. The state is used up by that, whatever comes of it.
 * @throws CONNECTION_STATE_INVALID, CONNECTION_REFUSED, CONNECTION_TOKEN_REFUSED, CONNECTION_ANSWER_INVALID
 */
export async function completeConsent(
  options: ConsentOptions,
  { state, browser, code, error, errorDescription }: ConsentAnswer,
): Promise<{ readonly connection: HeldConnection; readonly pending: PendingAuthorization }> {
  const pending = await options.pending.take(state, browser);
  if (pending === undefined) throw raise.CONNECTION_STATE_INVALID(undefined);
  const connection = await options.store.byId(pending.connectionId);
  if (connection === undefined) throw raise.CONNECTION_NOT_FOUND({ id: pending.connectionId });
  const { provider } = connection;
  if (error !== undefined)
    throw raise.CONNECTION_REFUSED({
      provider,
      error: error.slice(0, 100),
      ...(errorDescription !== undefined && { description: errorDescription.slice(0, 300) }),
    });
  if (code === undefined) throw raise.CONNECTION_STATE_INVALID(undefined);
  const footing = options.providers.footing(connection);
  const { token, refusal } = await askForToken(options, footing.at, footing.client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: pending.redirectUri,
    ...(pending.verifier !== undefined && { code_verifier: pending.verifier }),
  });
  if (refusal !== undefined) throw raise.CONNECTION_TOKEN_REFUSED({ provider, ...refusal });
  return { connection: await keepConsent(options, connection, footing, token, pending.scopes), pending };
}

/** Stores the tokens of a consent with whose account it is. */
export async function keepConsent(
  { http, store }: Pick<ConsentOptions, 'http' | 'store'>,
  connection: HeldConnection,
  { at }: Footing,
  token: TokenAnswer,
  scopes: readonly string[],
): Promise<HeldConnection> {
  // Stored before anything else is asked: a token that is lost cannot be revoked.
  const kept = await store.keepTokens(connection.id, token, { scopes });
  if (kept === undefined) throw raise.CONNECTION_NOT_FOUND({ id: connection.id });
  const account = await accountOf(http, at, token.accessToken);
  if (account === undefined) return kept;
  await store.noteAccount(kept.id, account);
  return { ...kept, account };
}
