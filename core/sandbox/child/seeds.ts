import { randomBytes } from 'node:crypto';

const DIGITS = 64;
const SEEDS_AT_ONCE = 256;

let pool = '';

/** 256 random bits as hexadecimal digits, each handed out once. */
export function freshSeed(): string {
  if (pool === '') pool = randomBytes((SEEDS_AT_ONCE * DIGITS) / 2).toString('hex');
  const seed = pool.slice(0, DIGITS);
  pool = pool.slice(DIGITS);
  return seed;
}
