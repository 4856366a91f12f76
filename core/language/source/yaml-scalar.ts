import { float } from '@backplane/sdk';

/*
 * Plain scalars, read as PyYAML's safe loader reads them (YAML 1.1), because existing templates and workflows were written for it:
 *
 * - yes/no/on/off and true/false in lower, Title and UPPER case are booleans; a lone y or n is text.
 * - null, ~ and nothing at all are null.
 * - 0755 and 0o-less octals are octal, 0x1f and 0b101 as usual, 1_000 is 1000. `0o17` is text.
 * - a float needs a dot, and a sign in its exponent: 1.5, .5, 1.0e+3. `1e3` is text.
 *
 * Two deliberate differences, both traps that no known file relies on: date-like scalars stay text (the language has its own
 * functions for dates, and JSON has no dates), and `12:30` is text rather than the base-60 integer 750.
 */
const BOOLEAN = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$|^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const TRUE = /^(?:y|t|on)/i;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER = /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0[0-7_]+|0|[1-9][\d_]*)$/;
const FLOAT = /^[-+]?(?:\d[\d_]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]\d+)?$/;
const SPECIAL_FLOAT = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** First characters that anything but text can have; most scalars are text and stop here. */
const MAY_BE_SPECIAL = /^[-+.\d~nNyYtTfFoO]/;

/** The value of an unquoted scalar. */
export function resolvePlainScalar(text: string): unknown {
  if (text !== '' && !MAY_BE_SPECIAL.test(text)) return text;
  if (NULL.test(text)) return null;
  if (BOOLEAN.test(text)) return TRUE.test(text);
  if (INTEGER.test(text)) return integer(text);
  if (FLOAT.test(text)) return float(Number(text.replaceAll('_', '')));
  if (SPECIAL_FLOAT.test(text)) return specialFloat(text);
  return text;
}

function integer(text: string): unknown {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (digits === '0b' || digits === '0x' || digits === '') return text;
  const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = negative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function specialFloat(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
