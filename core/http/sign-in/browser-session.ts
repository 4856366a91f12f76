import type { Request, Response } from 'express';
import { raise } from '../../errors/catalogue.ts';
import { isLoopbackAddress, isLoopbackName } from '../../identity/loopback.ts';
import { type Identity, SESSION_COOKIE } from '../../identity/open-identity.ts';
import { cookieHeader, cookieName, readCookie } from '../../identity/sessions/cookie.ts';
import type { ProviderSession } from '../../identity/sessions/sessions.ts';
import type { User } from '../../identity/users/user.ts';
import { clientAddress } from '../client-address.ts';

const FLOW_COOKIE = 'backplane-flow';

export interface StartedSession {
  readonly token: string;
  readonly expiresAt: string;
}

/** The cookies of sign-in, and what a request tells about whoever sends it. */
export interface BrowserSession {
  /** @throws SIGN_IN_NEEDS_HTTPS when a secret would cross the network in the clear */
  requireSafeTransport(request: Request): void;
  /** Makes a session and records it; its token goes to whoever asks, not into a cookie. */
  open(request: Request, signedIn: SignedIn): Promise<StartedSession>;
  /** The same, in a cookie. Always a new session with a new token: one that was there before, whoever made it, is not taken over. */
  start(request: Request, response: Response, signedIn: SignedIn): Promise<StartedSession>;
  clear(response: Response): void;
  /** The session token that a browser sends. */
  token(request: Request): string | undefined;
  keepFlow(response: Response, value: string, seconds: number): void;
  takeFlow(request: Request, response: Response): string | undefined;
  address(request: Request): string;
  /** Sent on this machine to a host that only this machine reaches. */
  isLocal(request: Request): boolean;
}

export interface SignedIn {
  readonly user: User;
  readonly way: string;
  readonly provider?: ProviderSession;
  /** What it is listed as; default: what the browser says of itself. */
  readonly agent?: string;
}

export interface BrowserSessionOptions {
  readonly identity: Identity;
  readonly trustProxy: boolean;
}

export function createBrowserSession({ identity, trustProxy }: BrowserSessionOptions): BrowserSession {
  const set = (response: Response, name: string, value: string, maxAgeSeconds: number) => {
    const secure = identity.isSecure();
    response.append('Set-Cookie', cookieHeader(cookieName(name, secure), value, { secure, maxAgeSeconds }));
  };
  const read = (request: Request, name: string) => readCookie(request.headers, cookieName(name, identity.isSecure()));
  const address = (request: Request) => clientAddress(request, trustProxy) ?? '';
  const comesFromHere = (request: Request) =>
    isLoopbackAddress(request.socket.remoteAddress ?? '') &&
    request.headers['x-forwarded-for'] === undefined &&
    request.headers.forwarded === undefined;
  async function open(request: Request, { user, way, provider, agent }: SignedIn): Promise<StartedSession> {
    const made = await identity.sessions.create({
      user: user.id,
      way,
      address: address(request),
      agent: agent ?? request.get('user-agent') ?? '',
      ...(provider !== undefined && { provider }),
    });
    await identity.users.touch(user.id);
    await identity.audit.add({
      actor: { kind: 'user', id: user.id, email: user.email, platformRole: user.platformRole, session: made.id },
      action: 'session.create',
      outcome: 'done',
      details: { way },
      address: address(request),
    });
    return { token: made.token, expiresAt: made.expiresAt.toISOString() };
  }
  return {
    address,
    isLocal: (request) => comesFromHere(request) && isLoopbackName(new URL(identity.baseUrl()).hostname),
    requireSafeTransport(request) {
      if (!identity.isSecure() && !comesFromHere(request)) throw raise.SIGN_IN_NEEDS_HTTPS(undefined);
    },
    open,
    async start(request, response, signedIn) {
      const started = await open(request, signedIn);
      set(response, SESSION_COOKIE, started.token, (Date.parse(started.expiresAt) - Date.now()) / 1000);
      return started;
    },
    clear: (response) => set(response, SESSION_COOKIE, '', 0),
    token: (request) => read(request, SESSION_COOKIE),
    keepFlow: (response, value, seconds) => set(response, FLOW_COOKIE, value, seconds),
    takeFlow(request, response) {
      set(response, FLOW_COOKIE, '', 0);
      return read(request, FLOW_COOKIE);
    },
  };
}
