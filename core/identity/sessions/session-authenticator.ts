import { raise } from '../../errors/catalogue.ts';
import type { Authenticator } from '../authenticator.ts';
import { bearerToken } from '../bearer-token.ts';
import { readCookie } from './cookie.ts';
import { requireOwnOrigin } from './same-origin.ts';
import type { Sessions } from './sessions.ts';

export interface SessionAuthenticatorOptions {
  readonly sessions: Sessions;
  cookieName(): string;
  baseUrl(): string;
}

/** Knows who has signed in: by the cookie of a browser, or by the same token sent as a bearer token. */
export function sessionAuthenticator({ sessions, cookieName, baseUrl }: SessionAuthenticatorOptions): Authenticator {
  return {
    proof: 'session',
    identify(presented) {
      const bearer = bearerToken(presented.headers);
      const token = bearer ?? readCookie(presented.headers, cookieName());
      if (token === undefined) return undefined;
      if (bearer === undefined) requireOwnOrigin(presented, baseUrl());
      const actor = sessions.prove(token);
      if (actor === undefined) throw raise.HTTP_UNAUTHENTICATED(undefined);
      return actor instanceof Promise ? actor.then(orRefuse) : actor;
    },
  };
}

function orRefuse<T>(actor: T | undefined): T {
  if (actor === undefined) throw raise.HTTP_UNAUTHENTICATED(undefined);
  return actor;
}
