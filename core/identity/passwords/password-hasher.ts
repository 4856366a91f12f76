import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** 19 MiB, two passes, one lane: what OWASP recommends for argon2id. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id. Runs on the threads of libuv, so that at most four passwords are computed at a time, however many are asked for. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** False without a stored hash, after the same work as with one: how long it takes tells nobody whether there is an account. */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

export function createPasswordHasher(): PasswordHasher {
  let dummy: Promise<string> | undefined;
  return {
    hash: (password) => hash(normal(password), COST),
    async verify(stored, password) {
      dummy ??= hash(randomBytes(16).toString('hex'), COST);
      const holds = await verify(stored ?? (await dummy), normal(password));
      return holds && stored !== undefined;
    },
  };
}

/** The same password from every keyboard. */
const normal = (password: string) => password.normalize('NFKC');
