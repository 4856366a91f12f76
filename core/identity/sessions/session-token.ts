import type { SessionKeys } from './session-keys.ts';

/** What a session token says. Who the user is now stands in the database, not here. */
export interface SessionClaims {
  readonly session: string;
  readonly user: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const ISSUER = 'backplane';
const AUDIENCE = 'backplane:session';
const ALGORITHM = 'HS256';
const TYPE = 'backplane-session+jwt';

export async function signSessionToken(keys: SessionKeys, claims: SessionClaims): Promise<string> {
  // Loaded with the first sign-in: a start need not wait for it.
  const { SignJWT } = await import('jose/jwt/sign');
  const { id, bytes } = await keys.current();
  return new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, kid: id, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(claims.user)
    .setJti(claims.session)
    .setIssuedAt()
    .setExpirationTime(Math.floor(claims.expiresAt / 1000))
    .sign(bytes);
}

/** Undefined for whatever is not exactly a token of ours that still holds. The key is one of our own set; a token only names it. */
export async function readSessionToken(keys: SessionKeys, token: string): Promise<SessionClaims | undefined> {
  const { jwtVerify } = await import('jose/jwt/verify');
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await keys.find(kid);
        if (key === undefined) throw new UnknownKey();
        return key;
      },
      {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: TYPE,
        requiredClaims: ['sub', 'jti', 'exp', 'iat'],
      },
    );
    return { session: payload.jti!, user: payload.sub!, expiresAt: payload.exp! * 1000 };
  } catch (error) {
    if (error instanceof UnknownKey || (error as { readonly code?: string }).code?.startsWith('ERR_J') === true)
      return undefined;
    throw error;
  }
}

class UnknownKey extends Error {}
