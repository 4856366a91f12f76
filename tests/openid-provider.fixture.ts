import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Browser, follow, formOf, type Seen } from './browser.fixture.ts';

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  /** After this it answers; `host` is where the sign-in of `client` comes back to. */
  serve(host: string, id: string): void;
  /** What it says of somebody, by the name typed at its form. */
  readonly people: Record<string, Record<string, unknown>>;
  /** A token signed by the provider's own key. */
  sign(claims: Record<string, unknown>, typ: string): Promise<string>;
}

/** A real, certified OpenID provider in this process. It takes any name and password. */
export async function openOpenIdProvider(): Promise<OpenIdProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: any };
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  let answer: ((...given: any[]) => void) | undefined;
  const server = createServer((request, response) => answer?.(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people: Record<string, Record<string, unknown>> = {};
  return {
    issuer,
    people,
    serve(host, id) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: 'backplane',
            client_secret: 'a-secret-of-the-client',
            redirect_uris: [`${host}/api/auth/oidc/${id}/callback`],
            post_logout_redirect_uris: [`${host}/console/sign-in`],
            token_endpoint_auth_method: 'client_secret_post',
            backchannel_logout_uri: `${host}/api/auth/oidc/${id}/backchannel-logout`,
            backchannel_logout_session_required: true,
          },
        ],
        jwks: { keys: [key] },
        features: { backchannelLogout: { enabled: true } },
        // By itself it calls nobody on this machine.
        fetch: (url: string, { dispatcher, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
        cookies: { keys: ['a-cookie-key'] },
        pkce: { required: () => true },
        conformIdTokenClaims: false,
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
        findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
      });
      answer = provider.callback();
    },
    sign: (claims, typ) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ })
        .setIssuer(issuer)
        .setAudience('backplane')
        .setIssuedAt()
        .setJti(crypto.randomUUID())
        .setExpirationTime('2m')
        .sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Confirms at the provider that its session ends, and goes where it leads. */
export async function signOutAtProvider(browser: Browser, url: string): Promise<Seen> {
  const { action, fields } = formOf(await follow(browser, await browser.get(url)));
  return follow(browser, await browser.post(action, { ...fields, logout: 'yes' }));
}

/** Types a name at the provider, agrees, and stops before the browser goes back to the host. */
export async function signInAtProvider(browser: Browser, start: Seen, name: string): Promise<Seen> {
  const back = /\/callback\?/;
  let seen = await follow(browser, start, back);
  for (let page = 0; page < 3 && seen.location === undefined; page++) {
    const { action, fields } = formOf(seen);
    const typed: Record<string, string> = 'login' in fields ? { login: name, password: 'any' } : {};
    seen = await follow(browser, await browser.post(action, { ...fields, ...typed }), back);
  }
  return seen;
}
