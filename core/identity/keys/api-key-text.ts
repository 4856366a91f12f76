import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `bpk_<id>_<secret>`: the prefix lets scanners find keys that leaked, the id tells which one it is. */
const TEXT = /^bpk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

export interface ApiKeyText {
  readonly id: string;
  readonly secret: string;
}

export const looksLikeApiKey = (token: string) => token.startsWith('bpk_');

export function readApiKey(token: string): ApiKeyText | undefined {
  const found = TEXT.exec(token);
  return found === null ? undefined : { id: found[1]!, secret: found[2]! };
}

export interface NewApiKeyText extends ApiKeyText {
  /** Shown once. */
  readonly text: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export function newApiKey(): NewApiKeyText {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const salt = randomBytes(16);
  return { id, secret, text: `bpk_${id}_${secret}`, salt, hash: hashSecret(salt, secret) };
}

/** 256 random bits cannot be guessed, however fast the hash is. */
const hashSecret = (salt: Buffer, secret: string) => createHash('sha256').update(salt).update(secret).digest();

/** In constant time. */
export function holdsSecret(stored: { readonly salt: Buffer; readonly hash: Buffer }, secret: string): boolean {
  const given = hashSecret(stored.salt, secret);
  return given.length === stored.hash.length && timingSafeEqual(given, stored.hash);
}
