import type { Http, HttpRequest } from '@backplane/sdk';
import { replyHttp, type TestClock } from '@backplane/sdk/testing';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export const ISSUER = 'https://id.example.com';
export const JWKS = `${ISSUER}/jwks.json`;
export const SECRET = 'a secret of thirty-two bytes or a few more';

export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicPem: string;
  readonly jwk: JWK;
  readonly alg: string;
}

export async function signingKey(alg: string, kid?: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }), alg, use: 'sig' };
  return { privateKey, publicPem: await exportSPKI(publicKey), jwk, alg };
}

/** A token of `ada`, good for five minutes of the clock. */
export function token(
  clock: TestClock,
  key: { readonly privateKey: CryptoKey | Uint8Array; readonly alg: string; readonly jwk?: JWK },
  claims: JWTPayload = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000);
  const kid = key.jwk?.kid;
  return new SignJWT({ sub: 'ada', iss: ISSUER, aud: 'orders', iat: seconds, exp: seconds + 300, ...claims })
    .setProtectedHeader({ alg: key.alg, ...(kid !== undefined && { kid }), ...header })
    .sign(key.privateKey);
}

export const shared = { privateKey: new TextEncoder().encode(SECRET), alg: 'HS256' };

export interface Publisher {
  readonly http: Http;
  readonly asked: HttpRequest[];
  keys: JWK[];
  isDown: boolean;
}

/** An issuer that publishes its keys, and can be down. */
export function publisher(...keys: JWK[]): Publisher {
  const asked: HttpRequest[] = [];
  const state: Publisher = {
    asked,
    keys,
    isDown: false,
    http: replyHttp((request) => {
      asked.push(request);
      if (state.isDown) throw new Error('connection refused');
      if (request.url.endsWith('/openid-configuration')) return { body: { issuer: ISSUER, jwks_uri: JWKS } };
      return { body: { keys: state.keys } };
    }),
  };
  return state;
}

export const bearer = (credential: string) => ({ headers: { authorization: `Bearer ${credential}` } });
