import { hash } from 'node:crypto';
import {
  defineGatewayPolicy,
  type Exchange,
  expiringCache,
  identityUnavailable,
  type PolicyIdentity,
  type PolicyReply,
  type PolicyRequest,
  problemReply,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { randomNonce, randomPKCECodeVerifier, randomState } from 'openid-client';
import { cookiesOf } from './cookies.ts';
import type { Flow } from './flow.ts';
import { createProvider, ProviderRefused } from './provider.ts';
import { createSeal } from './seal.ts';
import { identityOf, returnPath, type Session, sessionOf } from './session.ts';
import { sessionRefresh } from './session-refresh.ts';
import { settings } from './settings.ts';

/** From one phase to the next: cookies to set, and the session of this request. */
interface Own {
  readonly cookies: string[];
  session?: Session;
}
interface Known {
  readonly session: Session;
  readonly identity: PolicyIdentity;
}

const REFRESH_BEFORE_MS = 30_000;
const SESSION = '';

export const oidc = defineGatewayPolicy({
  name: 'oidc',
  title: 'OpenID Connect',
  summary: 'Signs people in with their browser at an OpenID provider, and keeps the session in an encrypted cookie.',
  config: settings,
  phases: ['authenticate', 'rewrite', 'responseHeaders'],
  onFailure: 'closed',
  uses: ['http'],
  create({ config, http, shared, now, signal, use }) {
    const scheme = use.scheme ?? 'oidc';
    const provider = createProvider({ config, http, now, signal });
    // A cookie of one client is none of another, also under the same secret.
    const seal = createSeal(config.secret.map((secret) => `${secret}\n${config.issuer}\n${config.clientId}`));
    const renew = sessionRefresh({ config, provider, seal, shared, useId: use.id, now });
    const isHttps = ({ scheme }: PolicyRequest) =>
      (config.baseUrl?.startsWith('https:') ?? false) || scheme === 'https';
    const cookies = cookiesOf(config.cookie, isHttps);
    const baseOf = ({ scheme, host }: PolicyRequest) => config.baseUrl ?? `${scheme}://${host}`;
    const known = expiringCache<Known>({ maxEntries: 1_000 });

    const ownOf = (exchange: Exchange<Own>) => {
      exchange.own ??= { cookies: [] };
      return exchange.own;
    };

    function sessionIn(request: PolicyRequest): Known | undefined {
      const sealed = cookies.read(request, SESSION);
      if (sealed === undefined) return undefined;
      const key = hash('sha256', sealed, 'hex');
      const found = known.get(key, now());
      if (found !== undefined) return found;
      const text = seal.open(sealed, 'session');
      const session = text === undefined ? undefined : (JSON.parse(text) as Session);
      if (session === undefined || session.until <= now()) return undefined;
      const made = { session, identity: identityOf(session, scheme) };
      known.set(key, made, session.until);
      return made;
    }

    function admit(exchange: Exchange<Own>, { session, identity }: Known): undefined {
      ownOf(exchange).session = session;
      exchange.identity = identity;
      return undefined;
    }

    function keep(exchange: Exchange<Own>, session: Session): void {
      const text = seal.close(JSON.stringify(session), 'session');
      ownOf(exchange).cookies.push(...cookies.write(exchange.request, SESSION, text, session.until - now()));
    }

    async function refreshed(exchange: Exchange<Own>, session: Session): Promise<PolicyReply | undefined> {
      const next = await renew(session);
      if (next === 'ended') {
        ownOf(exchange).cookies.push(...cookies.clear(exchange.request, SESSION));
        return signIn(exchange);
      }
      if (next !== session) keep(exchange, next);
      return admit(exchange, { session: next, identity: identityOf(next, scheme) });
    }

    async function signIn(exchange: Exchange<Own>): Promise<PolicyReply | undefined> {
      const { request } = exchange;
      if (!isNavigation(request)) return undefined;
      const until = now() + config.signInFor;
      const returnTo = request.url.length > 2_000 ? '/' : returnPath(request.url);
      const flow: Flow = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        returnTo,
        until,
      };
      const location = await provider.begin(baseOf(request) + config.callbackPath, flow);
      const text = seal.close(JSON.stringify(flow), 'flow');
      ownOf(exchange).cookies.push(...cookies.write(request, flowName(flow.state), text, config.signInFor));
      return redirect(location, 'nobody is signed in');
    }

    async function callback(exchange: Exchange<Own>): Promise<PolicyReply> {
      const { request } = exchange;
      const name = flowName(request.query('state') ?? '');
      const sealed = cookies.read(request, name);
      const text = sealed === undefined ? undefined : seal.open(sealed, 'flow');
      const flow = text === undefined ? undefined : (JSON.parse(text) as Flow);
      if (flow === undefined || flow.until <= now())
        return failed(exchange, 'This sign-in was not begun in this browser, or took too long. Begin again.');
      ownOf(exchange).cookies.push(...cookies.clear(request, name));
      try {
        const at = request.url.indexOf('?');
        const address = baseOf(request) + config.callbackPath + (at < 0 ? '' : request.url.slice(at));
        const tokens = await provider.complete(address, flow);
        keep(exchange, sessionOf(tokens, config, now() + config.sessionFor));
        return redirect(flow.returnTo, 'signed in');
      } catch (error) {
        if (!(error instanceof ProviderRefused)) throw error;
        return failed(exchange, 'The OpenID provider did not sign you in.', error.message);
      }
    }

    async function logout(exchange: Exchange<Own>): Promise<PolicyReply> {
      const { request } = exchange;
      if (request.headers.get('sec-fetch-site') === 'cross-site')
        return failed(exchange, 'Another site may not sign you out.', 'cross-site logout', 403);
      const session = sessionIn(request)?.session;
      ownOf(exchange).cookies.push(...cookies.clear(request, SESSION));
      const home = baseOf(request) + config.afterLogout;
      // Whoever wants to leave leaves, also while the provider is down.
      const location = session && (await provider.endSession(session.idToken, home).catch(() => undefined));
      return redirect(location ?? config.afterLogout, 'signed out');
    }

    function unavailable(exchange: Exchange, error: unknown): PolicyReply {
      if (error instanceof RangeError) {
        exchange.log.error('a session does not fit into cookies', { error: error.message });
        return problemReply({
          status: 500,
          code: 'GATEWAY_SESSION_TOO_LARGE',
          title: 'Session too large',
          detail: 'Your session does not fit into cookies. Tell the administrator.',
          exchange,
          because: error.message,
        });
      }
      exchange.log.warn('the OpenID provider cannot be asked', { issuer: config.issuer, error: String(error) });
      return identityUnavailable(exchange, 'the OpenID provider cannot be asked');
    }

    return {
      authenticate(exchange: Exchange<Own>) {
        const { path } = exchange.request;
        const failure = (error: unknown) => unavailable(exchange, error);
        if (path === config.callbackPath) return callback(exchange).catch(failure);
        if (path === config.logoutPath) return logout(exchange).catch(failure);
        const found = sessionIn(exchange.request);
        if (found === undefined) return signIn(exchange).catch(failure);
        const { accessUntil, refreshToken } = found.session;
        const isOld = accessUntil !== undefined && accessUntil - REFRESH_BEFORE_MS <= now();
        if (isOld && refreshToken !== undefined) return refreshed(exchange, found.session).catch(failure);
        return admit(exchange, found);
      },
      rewrite(exchange: UpstreamExchange<Own>) {
        cookies.drop(exchange);
        if (config.forward === 'none') return undefined;
        const { own, identity, upstream } = exchange;
        const token = config.forward === 'id-token' ? own?.session?.idToken : own?.session?.accessToken;
        if (token !== undefined) upstream.headers.set('authorization', `Bearer ${token}`);
        else if (identity === undefined || identity.scheme === scheme) upstream.headers.delete('authorization');
        return undefined;
      },
      responseHeaders({ own, response }: ResponseExchange<Own>) {
        for (const cookie of own?.cookies ?? []) response.headers.append('set-cookie', cookie);
        return undefined;
      },
    };
  },
});

/** A sign-in a browser tab, so that several do not disturb each other. */
const flowName = (state: string) => `-flow-${state.replaceAll(/[^\w-]/g, '').slice(0, 12)}`;

/** Somebody looks at a page; requests of scripts get a 401 instead of a page of the provider, and other credentials are for other schemes. */
function isNavigation({ method, headers, protocol }: PolicyRequest): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || protocol !== 'http') return false;
  if (headers.get('authorization') !== undefined) return false;
  const mode = headers.get('sec-fetch-mode');
  return mode === undefined ? (headers.get('accept') ?? '').includes('text/html') : mode === 'navigate';
}

function redirect(location: string, because: string): PolicyReply {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, because };
}

function failed(exchange: Exchange, detail: string, because = detail, status = 401): PolicyReply {
  return problemReply({ status, code: 'GATEWAY_SIGN_IN_FAILED', title: 'Not signed in', detail, exchange, because });
}
