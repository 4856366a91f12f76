import { float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { dividedFloats, floorDividedFloats, moduloFloats, powerFloats } from './float-arithmetic.ts';
import { isInteger, isNumeric } from './integer.ts';
import {
  addedIntegers,
  dividedIntegers,
  floorDividedIntegers,
  type Integer,
  moduloIntegers,
  multipliedIntegers,
  powerIntegers,
  subtractedIntegers,
} from './integer-arithmetic.ts';
import { repeatSequence } from './sequence-arithmetic.ts';
import { timeArithmetic } from './time-arithmetic.ts';
import { pythonTypeName } from './type-name.ts';
import type { Value } from './value.ts';

/** One operator on numbers: integers stay exact, one float makes the answer a float. */
function onNumbers(
  left: unknown,
  right: unknown,
  integers: (left: Integer, right: Integer) => Value,
  floats: (left: number, right: number) => number,
): Value | undefined {
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  if (isInteger(left) && isInteger(right)) return integers(plain(left), plain(right));
  return float(floats(Number(left), Number(right)));
}

function plain(value: Integer | boolean): Integer {
  return typeof value === 'boolean' ? Number(value) : value;
}

function unsupported(operator: string, left: unknown, right: unknown): Error {
  return raise.LANGUAGE_OPERANDS({ operator, left: pythonTypeName(left), right: pythonTypeName(right) });
}

/** `+`: numbers, strings, lists, dates with durations. */
export function add(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (Number.isSafeInteger(sum) && Number.isSafeInteger(left) && Number.isSafeInteger(right)) return sum;
  }
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  const answer = onNumbers(left, right, addedIntegers, (a, b) => a + b) ?? timeArithmetic('+', left, right);
  if (answer === undefined) throw unsupported('+', left, right);
  return answer;
}

/** `-`: numbers, dates, durations. */
export function subtract(left: Value, right: Value): Value {
  const answer = onNumbers(left, right, subtractedIntegers, (a, b) => a - b) ?? timeArithmetic('-', left, right);
  if (answer === undefined) throw unsupported('-', left, right);
  return answer;
}

/** `*`: numbers, durations by numbers, strings and lists by integers. */
export function multiply(left: Value, right: Value): Value {
  const answer =
    onNumbers(left, right, multipliedIntegers, (a, b) => a * b) ??
    repeatSequence(left, right) ??
    timeArithmetic('*', left, right);
  if (answer === undefined) throw unsupported('*', left, right);
  return answer;
}

/** `/`: always a float. */
export function divide(left: Value, right: Value): Value {
  const answer = onNumbers(left, right, dividedIntegers, dividedFloats) ?? timeArithmetic('/', left, right);
  if (answer === undefined) throw unsupported('/', left, right);
  return answer;
}

/** `//`: rounded towards minus infinity. */
export function floorDivide(left: Value, right: Value): Value {
  const answer = onNumbers(left, right, floorDividedIntegers, floorDividedFloats) ?? timeArithmetic('//', left, right);
  if (answer === undefined) throw unsupported('//', left, right);
  return answer;
}

/** `%`: the remainder has the sign of the divisor. */
export function modulo(left: Value, right: Value): Value {
  const answer = onNumbers(left, right, moduloIntegers, moduloFloats) ?? timeArithmetic('%', left, right);
  if (answer === undefined) throw unsupported('%', left, right);
  return answer;
}

/** `**`: an integer to a negative power is a float. */
export function power(left: Value, right: Value): Value {
  const answer = onNumbers(left, right, powerIntegers, powerFloats);
  if (answer === undefined) throw unsupported('**', left, right);
  return answer;
}

/** Unary `-`. */
export function negate(value: Value): Value {
  if (isNumeric(value)) return subtract(isInteger(value) ? 0 : float(-0), value);
  const answer = timeArithmetic('*', value, -1);
  if (answer === undefined) throw raise.LANGUAGE_OPERAND({ operator: '-', type: pythonTypeName(value) });
  return answer;
}
