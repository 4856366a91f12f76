import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { OAuthClient } from './oauth-client.ts';
import type { ProviderAt } from './provider-at.ts';

/** What proves at the token endpoint that it is Backplane who asks. */
export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_SECONDS = 60;

/** RFC 6749 §2.3.1, RFC 7523 §2.2. */
export function proveClient(
  { spec, endpoints }: ProviderAt,
  { id, secret = '' }: OAuthClient,
  now: number,
): ClientProof {
  const way = secret.startsWith('-----BEGIN') ? 'private_key_jwt' : (spec.clientAuth ?? 'basic');
  // A service account's assertion is its proof.
  if (spec.serviceGrant === 'jwt_bearer' && way === 'private_key_jwt') return { headers: {}, parameters: {} };
  // A client without a secret is a public one: it can only name itself.
  if (way === 'none' || secret === '') return { headers: {}, parameters: { client_id: id } };
  if (way === 'post') return { headers: {}, parameters: { client_id: id, client_secret: secret } };
  if (way === 'basic') {
    const pair = `${formEncoded(id)}:${formEncoded(secret)}`;
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, parameters: {} };
  }
  const assertion = clientAssertion(id, secret, endpoints.token, Math.floor(now / 1000));
  return {
    headers: {},
    parameters: { client_id: id, client_assertion_type: ASSERTION, client_assertion: assertion },
  };
}

/** As `application/x-www-form-urlencoded` writes one value. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function clientAssertion(id: string, pem: string, audience: string, now: number): string {
  const key = createPrivateKey(pem);
  const claims = { iss: id, sub: id, aud: audience, jti: randomUUID(), iat: now, exp: now + ASSERTION_SECONDS };
  return signedJwt(key, claims);
}

/** RS256 for RSA keys, ES256 for P-256 ones. */
export function signedJwt(key: KeyObject, claims: Readonly<Record<string, unknown>>): string {
  const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
