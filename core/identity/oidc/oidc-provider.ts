import * as oidc from 'openid-client';
import type { OidcProviderConfig } from '../../config/auth-config.ts';
import type { Flow } from '../flow/browser-flow.ts';
import type { ExternalPerson } from '../flow/external-person.ts';
import { isLoopbackName } from '../loopback.ts';
import { oidcFailure } from './oidc-failure.ts';

/** One OpenID provider. */
export interface OidcProvider {
  readonly config: OidcProviderConfig;
  /** Of this provider among the ways to sign in: `oidc:<id>`. */
  readonly way: string;
  /** Where to send a browser, and what to remember of it. @throws OIDC_PROVIDER_FAILED */
  begin(returnTo: string): Promise<{ readonly url: string; readonly flow: Flow }>;
  /** Who came back with this answer. @throws OIDC_ANSWER_REFUSED, OIDC_PROVIDER_FAILED */
  complete(search: string, flow: Flow): Promise<OidcPerson>;
  /** Where to send a browser that has signed out here, when the provider can be told. */
  endSessionUrl(idToken: string | undefined): Promise<string | undefined>;
  /** Its address and that of its keys. @throws OIDC_PROVIDER_FAILED */
  metadata(): Promise<{ readonly issuer: string; readonly keys: string | undefined }>;
}

export interface OidcPerson extends ExternalPerson {
  readonly idToken: string;
  /** What the provider calls its session. */
  readonly session?: string;
}

export interface OidcProviderOptions {
  readonly config: OidcProviderConfig;
  readonly fetch: oidc.CustomFetch;
  baseUrl(): string;
}

const MOST_GROUPS = 1_000;
const FRESH_MS = 3_600_000;

export function createOidcProvider({ config, fetch, baseUrl }: OidcProviderOptions): OidcProvider {
  const way = `oidc:${config.id}`;
  const callback = () => `${baseUrl()}/api/auth/oidc/${config.id}/callback`;
  let found: { readonly client: Promise<oidc.Configuration>; readonly at: number } | undefined;

  async function discover(): Promise<oidc.Configuration> {
    const issuer = new URL(config.issuer);
    const { clientId, clientSecret } = config;
    const plainHttp = issuer.protocol === 'http:' && isLoopbackName(issuer.hostname);
    const client = await oidc.discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret),
      { [oidc.customFetch]: fetch, timeout: 10, ...(plainHttp && { execute: [oidc.allowInsecureRequests] }) },
    );
    // The signature of what comes over TLS is checked as well.
    oidc.enableNonRepudiationChecks(client);
    return client;
  }

  /** One that failed is asked for again next time. */
  async function client(): Promise<oidc.Configuration> {
    if (found === undefined || performance.now() - found.at > FRESH_MS)
      found = { client: discover(), at: performance.now() };
    const mine = found;
    try {
      return await mine.client;
    } catch (error) {
      if (found === mine) found = undefined;
      throw oidcFailure(nameOf(config), error);
    }
  }

  return {
    config,
    way,
    async begin(returnTo) {
      const verifier = oidc.randomPKCECodeVerifier();
      const flow = { provider: way, returnTo, state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
      const url = oidc.buildAuthorizationUrl(await client(), {
        redirect_uri: callback(),
        response_type: 'code',
        scope: config.scopes.join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
      });
      return { url: url.href, flow };
    },
    async complete(search, flow) {
      const known = await client();
      try {
        const answer = new URL(`${callback()}${search}`);
        const tokens = await oidc.authorizationCodeGrant(known, answer, {
          pkceCodeVerifier: flow.verifier!,
          expectedState: flow.state,
          expectedNonce: flow.nonce!,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        const more =
          claims['email'] === undefined && known.serverMetadata().userinfo_endpoint !== undefined
            ? await oidc.fetchUserInfo(known, tokens.access_token, claims.sub)
            : {};
        return personOf(config, way, { ...more, ...claims }, tokens.id_token!);
      } catch (error) {
        throw oidcFailure(nameOf(config), error);
      }
    },
    async endSessionUrl(idToken) {
      const known = await client();
      if (known.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(known, {
        post_logout_redirect_uri: `${baseUrl()}/console/sign-in`,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      }).href;
    },
    async metadata() {
      const { issuer, jwks_uri } = (await client()).serverMetadata();
      return { issuer, keys: jwks_uri };
    },
  };
}

export const nameOf = ({ id, name }: { readonly id: string; readonly name?: string | undefined }) => name ?? id;

function personOf(
  config: OidcProviderConfig,
  way: string,
  claims: Readonly<Record<string, unknown>>,
  idToken: string,
): OidcPerson {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const [email, name, session] = [text('email'), text('name'), text('sid')];
  const groups = claims[config.groupsClaim];
  return {
    provider: way,
    issuer: text('iss')!,
    subject: text('sub')!,
    emailVerified: claims['email_verified'] === true,
    idToken,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name: name.slice(0, 200) }),
    ...(session !== undefined && { session }),
    ...(groups !== undefined && {
      groups: [groups]
        .flat()
        .filter((group): group is string => typeof group === 'string')
        .slice(0, MOST_GROUPS),
    }),
  };
}
