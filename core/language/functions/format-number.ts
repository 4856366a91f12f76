import { raise } from '../../errors/catalogue.ts';
import { floatText } from '../values/float-text.ts';
import type { FormatSpec } from './format-spec.ts';

interface Formatted {
  /** Sign and prefix, before any zero padding. */
  readonly sign: string;
  readonly digits: string;
}

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

export function formatInteger(value: bigint, spec: FormatSpec): Formatted {
  const { type, grouping, precision } = spec;
  if (precision !== undefined) throw raise.LANGUAGE_FORMAT({ problem: 'an int takes no precision' });
  const magnitude = value < 0n ? -value : value;
  const sign = signOf(value < 0n, spec);
  if (type === 'c') return { sign: '', digits: character(value) };
  const radix = type === '' || type === 'd' || type === 'n' ? 10 : RADIX[type];
  if (radix === undefined) throw raise.LANGUAGE_FORMAT({ problem: `the type \`${type}\` does not work on int` });
  const digits = magnitude.toString(radix);
  const prefix = spec.alternate && radix !== 10 ? `0${type}` : '';
  return {
    sign: sign + prefix,
    digits: grouped(type === 'X' ? digits.toUpperCase() : digits, grouping, radix === 10 ? 3 : 4),
  };
}

export function formatFloat(value: number, spec: FormatSpec): Formatted {
  if (!/^[eEfFgGn%]?$/.test(spec.type))
    throw raise.LANGUAGE_FORMAT({ problem: `the type \`${spec.type}\` does not work on float` });
  const sign = signOf(value < 0 || Object.is(value, -0), spec);
  const magnitude = Math.abs(value);
  const text = Number.isFinite(value) ? finite(magnitude, spec) : floatText(magnitude) + (spec.type === '%' ? '%' : '');
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/s.exec(text) ?? [];
  const point = spec.alternate && Number.isFinite(value) && !rest.includes('.') ? '.' : '';
  const digits = grouped(whole, spec.grouping, 3) + point + rest;
  const isZero = spec.dropsZeroSign && !/[1-9a-z]/.test(digits);
  return { sign: isZero ? signOf(false, spec) : sign, digits: /[EFG]/.test(spec.type) ? digits.toUpperCase() : digits };
}

function finite(value: number, { type, precision, alternate }: FormatSpec): string {
  switch (type) {
    case '':
      return precision === undefined
        ? floatText(value)
        : general(value, precision, { alternate, minimumFraction: true });
    case 'f':
    case 'F':
      return fixed(value, precision ?? 6);
    case 'e':
    case 'E':
      return exponential(value, precision ?? 6);
    case 'g':
    case 'G':
    case 'n':
      return general(value, precision ?? 6, { alternate, minimumFraction: false });
    default:
      return `${fixed(value * 100, precision ?? 6)}%`;
  }
}

/** Exact decimal expansion rounded half to even, as C does; `toFixed` rounds exactly too but stops at 1e21 and at 100 digits. */
function fixed(value: number, precision: number): string {
  if (value < 1e21 && precision <= 100) return roundedTie(value, precision) ?? value.toFixed(precision);
  const whole = value < 1e21 ? value.toFixed(100) : `${BigInt(value)}.`;
  return precision === 0 ? whole.replace('.', '') : whole.padEnd(whole.indexOf('.') + 1 + precision, '0');
}

/** `toFixed` rounds an exact tie up, Python to even: 0.5 is 0, 2.5 is 2, 0.125 to two places is 0.12. */
function roundedTie(value: number, precision: number): string | undefined {
  if (precision > 50) return undefined;
  const exact = value.toFixed(Math.min(100, precision + 50));
  const cut = exact.indexOf('.') + 1 + precision;
  if (!/^50*$/.test(exact.slice(cut))) return undefined;
  const down = exact.slice(0, precision === 0 ? cut - 1 : cut);
  return Number(down.at(-1)) % 2 === 0 ? down : undefined;
}

function exponential(value: number, precision: number): string {
  const [mantissa = '', power = '0'] = roundedExponential(value, Math.min(precision, 100)).split('e');
  return `${mantissa}e${power[0] === '-' ? '-' : '+'}${power.replace(/[+-]/, '').padStart(2, '0')}`;
}

/** `toExponential` rounds an exact tie up, Python to even. */
function roundedExponential(value: number, precision: number): string {
  const [exact = '', power] = value.toExponential(100).split('e');
  const cut = precision + 2;
  const isTie = precision <= 50 && /^50*$/.test(exact.slice(cut));
  const down = exact.slice(0, precision === 0 ? 1 : cut);
  return isTie && Number(down.at(-1)) % 2 === 0 ? `${down}e${power}` : value.toExponential(precision);
}

function character(value: bigint): string {
  if (value < 0n || value > 0x10ffffn) throw raise.LANGUAGE_FORMAT({ problem: 'there is no such character' });
  return String.fromCodePoint(Number(value));
}

function general(value: number, asked: number, options: { alternate: boolean; minimumFraction: boolean }): string {
  const precision = Math.max(asked, 1);
  const exponent = value === 0 ? 0 : Number(roundedExponential(value, Math.min(precision - 1, 100)).split('e')[1]);
  const isFixed =
    exponent >= -4 && exponent < precision - (options.minimumFraction && exponent === precision - 1 ? 1 : 0);
  const text = isFixed ? fixed(value, precision - 1 - exponent) : exponential(value, precision - 1);
  const short = options.alternate ? text : text.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
  return isFixed && options.minimumFraction && !short.includes('.') ? `${short}.0` : short;
}

function signOf(isNegative: boolean, { sign }: FormatSpec): string {
  if (isNegative) return '-';
  return sign === '-' ? '' : sign;
}

function grouped(digits: string, separator: string, size: 3 | 4): string {
  if (separator === '') return digits;
  return digits.replace(size === 3 ? /\B(?=(\d{3})+$)/g : /\B(?=([\da-fA-F]{4})+$)/g, separator);
}
