import { scrypt, timingSafeEqual } from 'node:crypto';
import { verify as verifyArgon2 } from '@node-rs/argon2';

const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{22,})$/;
const ARGON2 = /^\$argon2(?:id|i|d)\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,}$/;
const MOST_MEMORY = 256 * 1024 * 1024;

/** A hash in the PHC string format, of argon2 or scrypt. */
export function isPasswordHash(text: string): boolean {
  return ARGON2.test(text) || (SCRYPT.test(text) && scryptMemory(text) <= MOST_MEMORY);
}

/** Whether a password has this hash; always takes as long as the hash asks for. */
export function fits(password: string, hashed: string): Promise<boolean> {
  if (!hashed.startsWith('$scrypt$')) return verifyArgon2(hashed, password);
  const { N, r, p, salt, key } = scryptParts(hashed);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  scrypt(password, salt, key.length, { N, r, p, maxmem: 2 * MOST_MEMORY }, (error, made) =>
    error ? reject(error) : resolve(timingSafeEqual(made, key)),
  );
  return promise;
}

function scryptParts(hashed: string) {
  const [, ln, r, p, salt = '', key = ''] = SCRYPT.exec(hashed) ?? [];
  return {
    N: 2 ** Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

function scryptMemory(hashed: string): number {
  const { N, r } = scryptParts(hashed);
  return 128 * N * r;
}
