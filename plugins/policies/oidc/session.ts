import type { PolicyIdentity } from '@backplane/sdk';
import type { TokenAnswer } from './provider.ts';
import type { OidcSettings } from './settings.ts';

/** What the cookie of somebody who has signed in holds. Times in epoch milliseconds. */
export interface Session {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  readonly until: number;
  readonly idToken?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly accessUntil?: number | undefined;
  readonly refreshToken?: string | undefined;
}

/** Claims about the token rather than about somebody. */
const OF_TOKEN = new Set([
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'iat',
  'exp',
  'nbf',
  'jti',
  'azp',
  'auth_time',
  'rt_hash',
]);

export function sessionOf(tokens: TokenAnswer, config: OidcSettings, until: number, before?: Session): Session {
  const { claims: all, scopes, idToken, accessToken, accessUntil, refreshToken = before?.refreshToken } = tokens;
  const kept =
    all === undefined
      ? (before?.claims ?? {})
      : Object.fromEntries(
          Object.entries(all).filter(([name]) =>
            config.claims === undefined ? !OF_TOKEN.has(name) : config.claims.includes(name),
          ),
        );
  const subject = String(all?.['sub'] ?? before?.subject);
  return {
    subject,
    claims: { ...kept, sub: subject },
    scopes: scopes ?? before?.scopes ?? config.scopes,
    until,
    idToken: idToken ?? before?.idToken,
    accessToken,
    accessUntil,
    refreshToken,
  };
}

export function identityOf({ subject, claims, scopes }: Session, scheme: string): PolicyIdentity {
  return Object.freeze({ subject, scheme, scopes, claims });
}

/** A path of this gateway; anything that a browser could read as another host becomes `/`. */
export function returnPath(url: string): string {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(url) ? url : '/';
}
