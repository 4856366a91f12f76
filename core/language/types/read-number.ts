import { Float, float } from '@backplane/sdk';
import { integer, isFloat, isInteger } from '../values/integer.ts';
import { exact, type Fit, lax, strict } from './exactness.ts';

const INTEGER_TEXT = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;
const FLOAT_TEXT = /^[+-]?(?:(?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?)$/;
const FLOAT_NAME = /^([+-]?)(inf|infinity|nan)$/i;
/** Python refuses longer ones, so that nobody makes it convert for minutes. */
const MAX_DIGITS = 4300;
const TWO_TO_63 = 2 ** 63;

const TRUE_TEXTS = new Set(['1', 'true', 't', 'yes', 'y', 'on']);
const FALSE_TEXTS = new Set(['0', 'false', 'f', 'no', 'n', 'off']);

/** Undefined: not an int. The wording of every reader's rejection is the caller's. */
export function readInt(value: unknown): Fit | undefined {
  if (typeof value === 'boolean') return lax(value ? 1 : 0);
  if (isInteger(value)) return exact(value);
  if (isFloat(value)) {
    const plain = Number(value);
    return Number.isInteger(plain) && Math.abs(plain) < TWO_TO_63 ? lax(integer(BigInt(plain))) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.length > MAX_DIGITS || !INTEGER_TEXT.test(text)) return undefined;
  const [whole = ''] = text.replaceAll('_', '').replace('+', '').split('.');
  return lax(integer(BigInt(whole)));
}

export function readFloat(value: unknown): Fit | undefined {
  if (typeof value === 'boolean') return lax(new Float(value ? 1 : 0));
  if (isFloat(value)) return exact(value);
  if (isInteger(value)) {
    const plain = Number(value);
    return Number.isFinite(plain) ? strict(float(plain)) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const name = FLOAT_NAME.exec(text);
  if (name !== null) return lax(name[2]!.toLowerCase() === 'nan' ? Number.NaN : name[1] === '-' ? -Infinity : Infinity);
  if (!FLOAT_TEXT.test(text) || !/^[+-]?\.?\d/.test(text)) return undefined;
  return lax(float(Number(text.replaceAll('_', ''))));
}

export function readBool(value: unknown): Fit | undefined {
  if (typeof value === 'boolean') return exact(value);
  if (typeof value === 'string') {
    const text = value.toLowerCase();
    if (TRUE_TEXTS.has(text)) return lax(true);
    return FALSE_TEXTS.has(text) ? lax(false) : undefined;
  }
  if (!isInteger(value) && !isFloat(value)) return undefined;
  const plain = Number(value);
  return plain === 0 || plain === 1 ? lax(plain === 1) : undefined;
}
