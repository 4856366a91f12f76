import type { Http } from '@backplane/sdk';
import * as oidc from 'openid-client';
import type { Flow } from './flow.ts';
import type { OidcSettings } from './settings.ts';

export interface TokenAnswer {
  /** Of the ID token, verified; a refresh may bring none. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly idToken: string | undefined;
  readonly accessToken: string;
  readonly accessUntil: number | undefined;
  readonly refreshToken: string | undefined;
}

/** The provider says no: the code, the state or the refresh token is not good. Anything else that is thrown means that it cannot be asked. */
export class ProviderRefused extends Error {}

export interface Provider {
  begin(redirectUri: string, flow: Pick<Flow, 'state' | 'nonce' | 'verifier'>): Promise<string>;
  complete(callback: string, flow: Flow): Promise<TokenAnswer>;
  refresh(refreshToken: string, subject: string): Promise<TokenAnswer>;
  /** Where to send a browser that has signed out; undefined when the provider has no such place. */
  endSession(idToken: string | undefined, returnTo: string): Promise<string | undefined>;
}

const FRESH_MS = 3_600_000;

export interface ProviderOptions {
  readonly config: OidcSettings;
  readonly http: Http;
  readonly signal: AbortSignal;
  now(): number;
}

export function createProvider({ config, http, signal, now }: ProviderOptions): Provider {
  const { issuer, clientId, clientSecret, timeout } = config;
  let found: { readonly client: Promise<oidc.Configuration>; readonly at: number } | undefined;

  const send: oidc.CustomFetch = async (url, { method, headers, body }) => {
    const request = {
      url,
      method,
      headers,
      signal,
      timeoutMs: timeout,
      maxResponseBytes: 1_048_576,
      followRedirects: false,
    };
    const content = body instanceof URLSearchParams || typeof body === 'string' ? { body: body.toString() } : {};
    const reply = await http.send({ ...request, ...content });
    const isBare = [101, 204, 205, 304].includes(reply.status);
    return new Response(isBare ? null : Buffer.from(reply.body), {
      status: reply.status,
      headers: { ...reply.headers },
    });
  };

  async function discover(): Promise<oidc.Configuration> {
    const url = new URL(issuer);
    const secret = clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret);
    const client = await oidc.discovery(url, clientId, undefined, secret, {
      [oidc.customFetch]: send,
      ...(url.protocol === 'http:' && { execute: [oidc.allowInsecureRequests] }),
    });
    // The signature of what comes over TLS is checked as well.
    oidc.enableNonRepudiationChecks(client);
    return client;
  }

  /** What failed is tried again next time; what is old, too. */
  async function client(): Promise<oidc.Configuration> {
    if (found === undefined || now() - found.at > FRESH_MS) found = { client: discover(), at: now() };
    const mine = found;
    try {
      return await mine.client;
    } catch (error) {
      if (found === mine) found = undefined;
      throw error;
    }
  }

  function answerOf(tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): TokenAnswer {
    const seconds = tokens.expiresIn();
    return {
      claims: tokens.claims(),
      scopes: tokens.scope?.split(' ').filter((scope) => scope !== ''),
      idToken: tokens.id_token,
      accessToken: tokens.access_token,
      accessUntil: seconds === undefined ? undefined : now() + seconds * 1000,
      refreshToken: tokens.refresh_token,
    };
  }

  return {
    async begin(redirectUri, { state, nonce, verifier }) {
      const url = oidc.buildAuthorizationUrl(await client(), {
        ...config.parameters,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: config.scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return url.href;
    },
    async complete(callback, { state, nonce, verifier }) {
      const known = await client();
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      return answerOf(await oidc.authorizationCodeGrant(known, new URL(callback), checks).catch(refusal));
    },
    async refresh(refreshToken, subject) {
      const answer = answerOf(await oidc.refreshTokenGrant(await client(), refreshToken).catch(refusal));
      if (answer.claims !== undefined && answer.claims['sub'] !== subject)
        throw new ProviderRefused('the refreshed token is of somebody else');
      return answer;
    },
    async endSession(idToken, returnTo) {
      const known = await client();
      if (known.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(known, {
        post_logout_redirect_uri: returnTo,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      }).href;
    },
  };
}

/** What the library finds wrong with an answer is a no; only a provider that fails is none. */
function refusal(error: unknown): never {
  const isNo =
    error instanceof oidc.AuthorizationResponseError ||
    (error instanceof oidc.ResponseBodyError && error.status < 500) ||
    (error instanceof oidc.ClientError && INVALID.test(error.code ?? ''));
  if (!isNo) throw error;
  throw new ProviderRefused(error instanceof oidc.ClientError ? error.code : error.error, { cause: error });
}

const INVALID =
  /^OAUTH_(?:INVALID_RESPONSE|JWT_CLAIM_COMPARISON_FAILED|JWT_TIMESTAMP_CHECK_FAILED|KEY_SELECTION_FAILED|INVALID_SIGNATURE)/;
