import { createHash, randomUUID } from 'node:crypto';
import type { OAuthProviderSpec } from '@backplane/sdk';
import { type LocalServer, serve } from '../../network/local-server.fixture.ts';

export interface TokenCall {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A small authorization server that keeps the rules of OAuth 2.0: codes once, PKCE, rotation of refresh tokens. */
export interface AuthorizationServer extends AsyncDisposable {
  readonly spec: OAuthProviderSpec;
  /** Every call of the token endpoint. */
  readonly calls: TokenCall[];
  /** Tokens that were given back. */
  readonly revoked: string[];
  /** Access tokens that open something. */
  readonly alive: Set<string>;
  /** What a person does who allows it: gives what the browser comes back with. */
  consent(url: string): { code: string; state: string };
  /** Somebody typed the device code. */
  typed: boolean;
  /** Instead of the next answers of the token endpoint. */
  readonly instead: { status: number; body: unknown; type?: string }[];
  lifeSeconds: number;
  delayMs: number;
}

export async function authorizationServer(change: Partial<OAuthProviderSpec> = {}): Promise<AuthorizationServer> {
  const codes = new Map<string, { challenge: string | null; redirect: string | null }>();
  const refresh = new Set<string>();
  const state = { typed: false, lifeSeconds: 3600, delayMs: 0 };
  const calls: TokenCall[] = [];
  const revoked: string[] = [];
  const alive = new Set<string>();
  const instead: AuthorizationServer['instead'] = [];
  const give = (scope: string | undefined, withRefresh: boolean) => {
    const access = `at-${randomUUID()}`;
    const next = `rt-${randomUUID()}`;
    alive.add(access);
    if (withRefresh) refresh.add(next);
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: state.lifeSeconds,
      ...(scope !== undefined && { scope }),
      ...(withRefresh && { refresh_token: next }),
    };
  };
  const answer = (form: Record<string, string>): [number, unknown] => {
    const no = (error: string): [number, unknown] => [400, { error, error_description: `not this way: ${error}` }];
    switch (form['grant_type']) {
      case 'authorization_code': {
        const known = codes.get(form['code']!);
        codes.delete(form['code']!);
        if (known === undefined || known.redirect !== form['redirect_uri']) return no('invalid_grant');
        const proof = createHash('sha256')
          .update(form['code_verifier'] ?? '')
          .digest('base64url');
        if (known.challenge !== null && known.challenge !== proof) return no('invalid_grant');
        return [200, give(undefined, true)];
      }
      case 'refresh_token':
        if (!refresh.delete(form['refresh_token']!)) return no('invalid_grant');
        return [200, give(undefined, true)];
      case 'client_credentials':
        return [200, give(form['scope'], false)];
      default:
        if (!state.typed) return no('authorization_pending');
        return [200, give(undefined, true)];
    }
  };
  const server: LocalServer = await serve(async (request, response) => {
    let text = '';
    for await (const part of request) text += String(part);
    const form = Object.fromEntries(new URLSearchParams(text));
    const send = (status: number, body: unknown, type = 'application/json') => {
      response.writeHead(status, { 'content-type': type });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const path = request.url!.split('?')[0];
    if (path === '/token') {
      calls.push({ form, authorization: request.headers.authorization });
      if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
      const other = instead.shift();
      if (other !== undefined) return send(other.status, other.body, other.type);
      return send(...answer(form));
    }
    if (path === '/revoke') {
      revoked.push(form['token']!);
      alive.delete(form['token']!);
      return send(200, {});
    }
    if (path === '/device')
      return send(200, {
        device_code: 'device-1',
        user_code: 'ABCD-EFGH',
        verification_uri: `${server.url}/activate`,
        expires_in: 300,
        interval: 1,
      });
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!alive.has(token)) return send(401, {});
    return send(200, { id: 7, mail: 'ada@example.com' });
  });
  const { url } = server;
  return {
    spec: {
      name: 'acme',
      title: 'Acme',
      summary: 'Tickets of Acme.',
      grants: ['authorization_code', 'client_credentials', 'device_code'],
      endpoints: {
        authorize: `${url}/authorize`,
        token: `${url}/token`,
        revoke: `${url}/revoke`,
        device: `${url}/device`,
      },
      scopes: { known: { read: 'Read tickets', write: 'Change tickets' }, default: ['read', 'write'] },
      sendTokenTo: [`127.0.0.1:${server.port}`],
      account: { url: `${url}/me`, id: '$.id', label: '$.mail' },
      ...change,
    },
    calls,
    revoked,
    alive,
    instead,
    consent(address) {
      const { searchParams } = new URL(address);
      const code = `code-${randomUUID()}`;
      codes.set(code, { challenge: searchParams.get('code_challenge'), redirect: searchParams.get('redirect_uri') });
      return { code, state: searchParams.get('state')! };
    },
    get typed() {
      return state.typed;
    },
    set typed(value) {
      state.typed = value;
    },
    get lifeSeconds() {
      return state.lifeSeconds;
    },
    set lifeSeconds(value) {
      state.lifeSeconds = value;
    },
    get delayMs() {
      return state.delayMs;
    },
    set delayMs(value) {
      state.delayMs = value;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
