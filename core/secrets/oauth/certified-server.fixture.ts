import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthProviderSpec } from '@backplane/sdk';

/** A certified authorization server in this process, which tells nobody in advance what its clients get wrong. */
export interface CertifiedServer extends AsyncDisposable {
  readonly spec: OAuthProviderSpec;
  readonly issuer: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** A client that proves itself with a key: its PEM. */
  readonly signing: { readonly id: string; readonly secret: string };
  /** Whether the person at the browser allows what is asked. */
  allows: boolean;
  /** Opens an address as a browser does that always agrees or always refuses; gives where it was led back to, if anywhere. */
  browse(url: string): Promise<URL | undefined>;
  /** Whether a token opens anything. */
  opens(accessToken: string): Promise<boolean>;
}

export async function certifiedServer(redirectUri: string): Promise<CertifiedServer> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: any };
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => answer?.(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ofClient = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const client = { id: 'backplane', secret: 's3:cret/+ of the client, long enough' };
  const signing = { id: 'robot', secret: ofClient.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const state = { allows: true };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        grant_types: [
          'authorization_code',
          'refresh_token',
          'client_credentials',
          'urn:ietf:params:oauth:grant-type:device_code',
        ],
        scope: 'openid offline_access read write',
      },
      {
        client_id: signing.id,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...ofClient.publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
        scope: 'read',
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
    jwks: { keys: [{ ...own.privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a-cookie-key'] },
    scopes: ['openid', 'offline_access', 'read', 'write'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
  });
  const flow = provider.callback();
  answer = (request, response) => {
    if (!request.url!.startsWith('/interaction/')) return flow(request, response);
    void interact(request, response);
  };

  /** Somebody signs in as ada and allows everything, or nothing. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params, grantId } = await provider.interactionDetails(request, response);
    if (!state.allows)
      return provider.interactionFinished(request, response, {
        error: 'access_denied',
        error_description: 'ada said no',
      });
    const grant =
      (grantId && (await provider.Grant.find(grantId))) ||
      new provider.Grant({ accountId: 'ada', clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = { login: { accountId: 'ada' }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
  }

  return {
    issuer,
    client,
    signing,
    spec: {
      name: 'certified',
      title: 'Certified',
      summary: 'A certified authorization server.',
      grants: ['authorization_code', 'client_credentials', 'device_code'],
      endpoints: {
        authorize: `${issuer}/auth`,
        token: `${issuer}/token`,
        revoke: `${issuer}/token/revocation`,
        device: `${issuer}/device/auth`,
      },
      scopes: {
        known: { openid: 'Who you are', offline_access: 'While you are away', read: 'Read', write: 'Write' },
        default: ['openid', 'offline_access', 'read'],
      },
      sendTokenTo: [new URL(issuer).host],
      account: { url: `${issuer}/me`, id: '$.sub', label: '$.sub' },
      // OpenID Connect: without it a provider ignores `offline_access`.
      parameters: { authorize: { prompt: 'consent' } },
    },
    get allows() {
      return state.allows;
    },
    set allows(value) {
      state.allows = value;
    },
    browse: (url) => browse(url, issuer),
    opens: async (token) => (await fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } })).ok,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Follows redirects and sends forms as they are, until it would leave the server or a page has no form. */
async function browse(start: string, issuer: string): Promise<URL | undefined> {
  const cookies = new Map<string, string>();
  let next: Request | undefined = new Request(start);
  for (let pages = 0; next !== undefined && pages < 20; pages += 1) {
    if (!next.url.startsWith(issuer)) return new URL(next.url);
    next.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const seen: Response = await fetch(next, { redirect: 'manual' });
    for (const line of seen.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = seen.headers.get('location');
    next = location === null ? formIn(await seen.text(), next.url) : new Request(new URL(location, next.url));
  }
  return undefined;
}

function formIn(page: string, url: string): Request | undefined {
  const [form] = /<form[\s\S]*?<\/form>/.exec(page) ?? [];
  if (form === undefined) return undefined;
  const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  const fields = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
  const body = new URLSearchParams(fields as [string, string][]);
  return new Request(new URL(attribute(form, 'action'), url), { method: 'POST', body });
}
