import { randomInt } from 'node:crypto';

/** No vowels, so that no words come out; no letters that look or sound alike to a machine that reads them. RFC 8628, 6.1. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** Eight letters: 34 bits, for ten minutes, against guesses that are counted. */
export function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** As people see it: `WDJB-MJHT`. */
export const shownUserCode = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

/** However it was typed; undefined when it cannot be one. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '');
  return letters.length === LENGTH && [...letters].every((letter) => LETTERS.includes(letter)) ? letters : undefined;
}
