import { createHmac, timingSafeEqual } from 'node:crypto';

/** Data that a link carries and that nobody else can make up: nothing of it is stored, and everybody can read it. */
export interface SignedClaims {
  /** `context`: what the link is for; for anything else it is not genuine. */
  issue(context: string, claim: unknown): string;
  /** Undefined: not made by this host for this context. */
  read(context: string, token: string): unknown;
}

const MOST_CHARACTERS = 16_000;

/** Tokens `<claim>.<HMAC-SHA256 of context and claim>`. `key` is known to the hosts of one database alone. */
export function createSignedClaims(key: string): SignedClaims {
  const sign = (context: string, claim: string) => createHmac('sha256', key).update(`${context}\n${claim}`).digest();
  return {
    issue(context, value) {
      const claim = Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${claim}.${sign(context, claim).toString('base64url')}`;
    },
    read(context, token) {
      const [claim = '', proof = '', ...rest] = token.length > MOST_CHARACTERS ? [] : token.split('.');
      const given = Buffer.from(proof, 'base64url');
      const expected = sign(context, claim);
      // The text itself is compared as well: Base64 can be written in several ways.
      if (rest.length > 0 || given.length !== expected.length || given.toString('base64url') !== proof)
        return undefined;
      return timingSafeEqual(given, expected) ? JSON.parse(Buffer.from(claim, 'base64url').toString()) : undefined;
    },
  };
}
