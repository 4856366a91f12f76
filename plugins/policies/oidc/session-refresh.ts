import { hash } from 'node:crypto';
import { type SharedState, singleFlight } from '@backplane/sdk';
import { type Provider, ProviderRefused } from './provider.ts';
import type { Seal } from './seal.ts';
import { type Session, sessionOf } from './session.ts';
import type { OidcSettings } from './settings.ts';

/** The session with new tokens; `ended` when the provider gives none any more. Rejects when it cannot be asked. */
export type SessionRefresh = (session: Session) => Promise<Session | 'ended'>;

export interface SessionRefreshOptions {
  readonly config: OidcSettings;
  readonly provider: Provider;
  readonly seal: Seal;
  readonly shared: SharedState;
  readonly useId: string;
  now(): number;
}

const KEPT_MS = 60_000;

/**
 * A refresh token is often good once, while a browser sends several requests with the same cookie, to several workers: one of them asks,
 * and the others find what it got, sealed, for a minute.
 */
export function sessionRefresh({ config, provider, seal, shared, useId, now }: SessionRefreshOptions): SessionRefresh {
  const flight = singleFlight<Session | 'ended'>();

  async function refresh(session: Session, refreshToken: string, key: string): Promise<Session | 'ended'> {
    const [lock, place] = [`${useId}/refreshing/${key}`, `${useId}/refreshed/${key}`];
    const done = await shared.get(place);
    const known = done === undefined ? undefined : seal.open(done, 'refreshed');
    if (known !== undefined) return JSON.parse(known) as Session;
    // Another worker asks; the old tokens are good for a little longer.
    if (!(await shared.swap(lock, undefined, '1', { ttlMs: config.timeout }))) return session;
    try {
      const tokens = await provider.refresh(refreshToken, session.subject);
      const next = sessionOf(tokens, config, session.until, session);
      await shared.set(place, seal.close(JSON.stringify(next), 'refreshed'), { ttlMs: KEPT_MS });
      return next;
    } catch (error) {
      if (error instanceof ProviderRefused) return 'ended';
      // Tokens that still hold outlive a provider that is down for a moment.
      if ((session.accessUntil ?? 0) > now()) return session;
      throw error;
    }
  }

  return async (session) => {
    if (session.refreshToken === undefined) return session;
    const { refreshToken } = session;
    const key = hash('sha256', refreshToken, 'base64url');
    return flight(key, () => refresh(session, refreshToken, key));
  };
}
