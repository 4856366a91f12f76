import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CustomFetch } from 'openid-client';
import { expect, test } from 'vitest';
import { createOidcProvider } from './oidc-provider.ts';

const ISSUER = 'https://op.example';
const { privateKey, publicKey } = await generateKeyPair('RS256');
const foreign = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
const config = {
  id: 'op',
  issuer: ISSUER,
  clientId: 'backplane',
  clientSecret: 'a secret that is long enough to be a key',
  scopes: ['openid'],
  groupsClaim: 'groups',
  allowedDomains: [],
  createUsers: true,
};

/** A provider whose tokens are whatever a test wants. */
async function signIn(
  idToken: (nonce: string) => Promise<string> | string,
  more: { iss?: string; metadata?: object } = {},
) {
  let nonce = '';
  const metadata = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/auth`,
    token_endpoint: `${ISSUER}/token`,
    jwks_uri: `${ISSUER}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
    ...more.metadata,
  };
  const fetch: CustomFetch = async (url) => {
    if (url.includes('well-known')) return Response.json(metadata);
    if (url.endsWith('/jwks')) return Response.json({ keys: [jwk] });
    return Response.json({ access_token: 'a', token_type: 'bearer', id_token: await idToken(nonce) });
  };
  const provider = createOidcProvider({ config, fetch, baseUrl: () => 'https://flows.example' });
  const { url, flow } = await provider.begin('/');
  nonce = flow.nonce!;
  expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');
  return provider.complete(`?code=c&state=${flow.state}&iss=${encodeURIComponent(more.iss ?? ISSUER)}`, flow);
}

const token = (nonce: string, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
  change(
    new SignJWT({ nonce, groups: ['a', 7, 'b'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(ISSUER)
      .setAudience('backplane')
      .setSubject('ada')
      .setIssuedAt()
      .setExpirationTime('5m'),
  );

test('a token that holds says who came back', async () => {
  expect(await signIn((nonce) => token(nonce).sign(privateKey))).toMatchObject({
    issuer: ISSUER,
    subject: 'ada',
    emailVerified: false,
    groups: ['a', 'b'],
  });
});

test.each<[string, (nonce: string) => Promise<string> | string]>([
  ['the nonce of another sign-in', () => token('other').sign(privateKey)],
  [
    'no nonce',
    () =>
      token('x', () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
          .setIssuer(ISSUER)
          .setAudience('backplane')
          .setSubject('ada')
          .setIssuedAt()
          .setExpirationTime('5m'),
      ).sign(privateKey),
  ],
  ['another audience', (nonce) => token(nonce, (jwt) => jwt.setAudience('others')).sign(privateKey)],
  ['another issuer', (nonce) => token(nonce, (jwt) => jwt.setIssuer('https://evil.example')).sign(privateKey)],
  ['an expiry that is past', (nonce) => token(nonce, (jwt) => jwt.setExpirationTime(1)).sign(privateKey)],
  ['the signature of somebody else', (nonce) => token(nonce).sign(foreign.privateKey)],
  [
    'no signature',
    (nonce) =>
      new UnsecuredJWT({ nonce })
        .setIssuer(ISSUER)
        .setAudience('backplane')
        .setSubject('ada')
        .setIssuedAt()
        .setExpirationTime('5m')
        .encode(),
  ],
  [
    'an HMAC with the secret of the client',
    (nonce) =>
      token(nonce, (jwt) => jwt.setProtectedHeader({ alg: 'HS256' })).sign(
        new TextEncoder().encode(config.clientSecret),
      ),
  ],
])('a token with %s is refused', async (_what, make) => {
  await expect(signIn(make)).rejects.toMatchObject({ code: 'OIDC_ANSWER_REFUSED' });
});

test('an answer that names another provider is refused, even when all else holds', async () => {
  await expect(signIn((nonce) => token(nonce).sign(privateKey), { iss: 'https://evil.example' })).rejects.toMatchObject(
    {
      code: 'OIDC_ANSWER_REFUSED',
    },
  );
});

test('a discovery document of another issuer is refused', async () => {
  await expect(
    signIn((nonce) => token(nonce).sign(privateKey), { metadata: { issuer: 'https://evil.example' } }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^OIDC_/) });
});
