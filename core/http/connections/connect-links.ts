import type { AccountRef } from '../../access/account-ref.ts';
import { raise } from '../../errors/catalogue.ts';
import type { SignedClaims } from '../signed-claims.ts';

/** What a link lets a browser begin, without signing in there. */
export interface ConnectTicket {
  readonly workspace: string;
  readonly connection: string;
  /** Who asked for it. */
  readonly actor: string;
  readonly returnTo?: string;
  /** The link holds as long as they may connect; absent: the host asked for it. */
  readonly issuer?: AccountRef;
}

export const CALLBACK_PATH = '/api/integrations/callback';
const BEGIN_PATH = '/api/integrations/begin/';
const LIFE_MS = 600_000;

/** Addresses by which a browser connects, and where providers send it back to. */
export interface ConnectLinks {
  issue(ticket: ConnectTicket, now: number): string;
  /** Throws CONNECTION_STATE_INVALID. */
  read(token: string, now: number): ConnectTicket;
  redirectUri(): string;
  /** Whether browsers reach the host over https, and so keep its cookies for that alone. */
  secure(): boolean;
}

export function createConnectLinks(claims: SignedClaims, baseUrl: () => string): ConnectLinks {
  return {
    issue: (ticket, now) => `${baseUrl()}${BEGIN_PATH}${claims.issue('connect', [ticket, now + LIFE_MS])}`,
    read(token, now) {
      const claim = claims.read('connect', token) as readonly [ConnectTicket, number] | undefined;
      if (claim === undefined || now >= claim[1]) throw raise.CONNECTION_STATE_INVALID(undefined);
      return claim[0];
    },
    redirectUri: () => `${baseUrl()}${CALLBACK_PATH}`,
    secure: () => baseUrl().startsWith('https:'),
  };
}
