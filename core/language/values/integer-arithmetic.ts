import { float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { powerFloats } from './float-arithmetic.ts';
import { integer } from './integer.ts';
import type { Value } from './value.ts';

export type Integer = number | bigint;

/** Bits that the result of a power may have: some 300,000 decimal digits, more than anything should print. */
const MAX_BITS = 1_000_000;

export function addedIntegers(left: Integer, right: Integer): Integer {
  return exactly(left, right, (a, b) => a + b) ?? integer(BigInt(left) + BigInt(right));
}

export function subtractedIntegers(left: Integer, right: Integer): Integer {
  return exactly(left, right, (a, b) => a - b) ?? integer(BigInt(left) - BigInt(right));
}

export function multipliedIntegers(left: Integer, right: Integer): Integer {
  return exactly(left, right, (a, b) => a * b) ?? integer(BigInt(left) * BigInt(right));
}

/** The answer in plain numbers when those are exact; zero is never negative. */
function exactly(left: Integer, right: Integer, operation: (a: number, b: number) => number): number | undefined {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  const answer = operation(left, right);
  return Number.isSafeInteger(answer) ? answer + 0 : undefined;
}

export function dividedIntegers(left: Integer, right: Integer): Value {
  if (!right) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '/' });
  if (typeof left === 'number' && typeof right === 'number') return float(left / right);
  return float(ratio(BigInt(left), BigInt(right)));
}

/** Divides with 66 spare bits and a sticky one for the rest, so that rounding to a float is right to the last digit. */
function ratio(left: bigint, right: bigint): number {
  const [dividend, divisor] = [magnitude(left), magnitude(right)];
  const spare = 66 + Math.max(0, bitLength(divisor) - bitLength(dividend));
  const shifted = dividend << BigInt(spare);
  const scaled = Number((shifted / divisor) | (shifted % divisor === 0n ? 0n : 1n));
  const quotient = Number.isFinite(scaled)
    ? scaled / 2 ** Math.min(spare, 1000) / 2 ** Math.max(0, spare - 1000)
    : Number(dividend / divisor);
  if (Number.isFinite(quotient)) return left < 0n === right < 0n ? quotient : -quotient;
  throw raise.LANGUAGE_NUMBER_RANGE({ problem: 'the quotient is too large for a float' });
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function floorDividedIntegers(left: Integer, right: Integer): Value {
  if (!right) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '//' });
  const [a, b] = [BigInt(left), BigInt(right)];
  const quotient = a / b;
  return integer(a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient);
}

export function moduloIntegers(left: Integer, right: Integer): Value {
  if (!right) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator: '%' });
  if (typeof left === 'number' && typeof right === 'number') {
    const rest = left % right;
    return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest + 0;
  }
  const [a, b] = [BigInt(left), BigInt(right)];
  const rest = a % b;
  return integer(rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest);
}

export function powerIntegers(left: Integer, right: Integer): Value {
  if (right < 0) return float(powerFloats(Number(left), Number(right)));
  const [base, exponent] = [BigInt(left), BigInt(right)];
  const grows = base > 1n || base < -1n;
  if (grows && BigInt(bitLength(base)) * exponent > BigInt(MAX_BITS)) {
    throw raise.LANGUAGE_NUMBER_RANGE({ problem: `a power may have at most ${MAX_BITS} bits` });
  }
  return integer(grows ? base ** exponent : base ** (exponent % 2n === 0n ? (exponent === 0n ? 0n : 2n) : 1n));
}

function bitLength(value: bigint): number {
  return magnitude(value).toString(16).length * 4;
}
