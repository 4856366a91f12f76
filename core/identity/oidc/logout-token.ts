import type { KeyValue } from '@backplane/sdk';
import { createRemoteJWKSet, customFetch } from 'jose/jwks/remote';
import { jwtVerify } from 'jose/jwt/verify';
import type { CustomFetch } from 'openid-client';
import { raise } from '../../errors/catalogue.ts';
import type { EndedSession } from '../sessions/sessions.ts';
import type { OidcProvider } from './oidc-provider.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

export interface LogoutTokens {
  /** What a provider says has ended (OpenID Connect Back-Channel Logout 1.0), once. @throws LOGOUT_TOKEN_INVALID */
  read(provider: OidcProvider, token: string): Promise<EndedSession>;
}

/** `used`: remembers the tokens that have been taken, for all hosts. */
export function createLogoutTokens(fetch: CustomFetch, used: Pick<KeyValue, 'setIfAbsent'>): LogoutTokens {
  const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
  const keysOf = (url: string) => {
    const known =
      keySets.get(url) ??
      createRemoteJWKSet(new URL(url), {
        [customFetch]: (target, options) => fetch(target, options as unknown as Parameters<CustomFetch>[1]),
      });
    keySets.set(url, known);
    return known;
  };
  return {
    async read(provider, token) {
      const { issuer, keys } = await provider.metadata();
      if (keys === undefined) throw raise.LOGOUT_TOKEN_INVALID({ cause: 'the provider has no keys' });
      const payload = await verified(token, keysOf(keys), issuer, provider.config.clientId);
      const { sub, sid, jti, nonce } = payload;
      const events = payload['events'] as Readonly<Record<string, unknown>> | undefined;
      if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT))
        throw raise.LOGOUT_TOKEN_INVALID({ cause: 'it is about something else' });
      if (nonce !== undefined) throw raise.LOGOUT_TOKEN_INVALID({ cause: 'it has a nonce, as tokens of sign-in have' });
      if (typeof sub !== 'string' && typeof sid !== 'string')
        throw raise.LOGOUT_TOKEN_INVALID({ cause: 'it names neither a session nor a person' });
      if (!(await used.setIfAbsent(`logout:${issuer} ${jti}`.slice(0, 500), null, { ttlMs: 600_000 })))
        throw raise.LOGOUT_TOKEN_INVALID({ cause: 'it was used already' });
      return {
        issuer,
        ...(typeof sub === 'string' && { subject: sub }),
        ...(typeof sid === 'string' && { session: sid }),
      };
    },
  };
}

async function verified(token: string, keys: ReturnType<typeof createRemoteJWKSet>, issuer: string, audience: string) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      maxTokenAge: 300,
      clockTolerance: 60,
      requiredClaims: ['iat', 'jti'],
    });
    const { typ } = protectedHeader;
    if (typ !== undefined && typ.toLowerCase() !== 'logout+jwt' && typ.toUpperCase() !== 'JWT')
      throw raise.LOGOUT_TOKEN_INVALID({ cause: 'it is a token of another kind' });
    return payload;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code?.startsWith('ERR_J') === true) throw raise.LOGOUT_TOKEN_INVALID({ cause: code }, { cause: error });
    throw error;
  }
}
