import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Http } from '@backplane/sdk';
import { exportJWK, generateKeyPair } from 'jose';

export const GATEWAY = 'https://app.example.com';

export interface RealProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The host's client, as it were. Down while `isDown`. */
  readonly http: Http;
  isDown: boolean;
  /** Requests to the token endpoint. */
  readonly tokenRequests: string[];
}

/** A certified OpenID provider in this process, with refresh tokens that are good once. It takes any name and password. */
export async function realProvider(): Promise<RealProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: any };
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  let answer: ((...given: any[]) => void) | undefined;
  const server = createServer((request, response) => answer?.(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'gateway',
        client_secret: 'a-secret-of-the-client',
        redirect_uris: [`${GATEWAY}/oidc/callback`],
        post_logout_redirect_uris: [`${GATEWAY}/bye`],
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a-cookie-key'] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: 60 },
    claims: { openid: ['sub'], email: ['email'], profile: ['name', 'bio'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({
        sub,
        email: `${sub}@example.com`,
        name: sub,
        bio: sub === 'verbose' ? 'x'.repeat(5_000) : sub === 'endless' ? 'x'.repeat(20_000) : '',
      }),
    }),
  });
  answer = provider.callback();
  const tokenRequests: string[] = [];
  const state: RealProvider = {
    issuer,
    isDown: false,
    tokenRequests,
    http: {
      async send({ url, method = 'GET', headers = {}, body }) {
        if (state.isDown) throw new Error('connect ECONNREFUSED');
        const text = typeof body === 'string' ? body : undefined;
        if (url.endsWith('/token')) tokenRequests.push(text ?? '');
        const reply = await fetch(url, {
          method,
          headers,
          redirect: 'manual',
          ...(text !== undefined && { body: text }),
        });
        const bytes = new Uint8Array(await reply.arrayBuffer());
        return { status: reply.status, headers: Object.fromEntries(reply.headers), body: bytes, url };
      },
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return state;
}
