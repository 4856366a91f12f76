import { float } from '@backplane/sdk';
import { integer } from './integer.ts';
import type { Value } from './value.ts';

const INTEGER = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const NAMED = /^([+-]?)(inf|infinity|nan)$/i;
/** More digits than Python reads, whose limit guards against quadratic work. */
const MAX_DIGITS = 4300;

/** Reads an integer as Python's `int(text)` does: blanks around it and single underscores inside are fine. Undefined when it is none. */
export function parseInteger(text: string): number | bigint | undefined {
  const digits = text.trim();
  if (!INTEGER.test(digits) || digits.length > MAX_DIGITS) return undefined;
  const plain = digits.replaceAll('_', '');
  const value = Number(plain);
  if (Number.isSafeInteger(value)) return value + 0;
  return integer(plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain.replace('+', '')));
}

/** Reads a float as Python's `float(text)` does, `inf` and `nan` too. Undefined when it is none. */
export function parseFloatText(text: string): Value | undefined {
  const trimmed = text.trim();
  if (FLOAT.test(trimmed)) return float(Number(trimmed.replaceAll('_', '')));
  const [, sign, name] = NAMED.exec(trimmed) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
