import { Float } from '@backplane/sdk';
import { evaluatePath } from '../path/evaluate-path.ts';
import { negate, power } from '../values/arithmetic.ts';
import { describeValue } from '../values/describe-value.ts';
import { isInteger, isNumeric } from '../values/integer.ts';
import { isRecord } from '../values/is-record.ts';
import { pythonRepr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import { order } from './compare-lambda-values.ts';
import { lambdaTypeError } from './lambda-error.ts';
import { type LambdaValue, PythonFunction, PythonSet } from './lambda-value.ts';
import { roundHalfEven } from './round-half-even.ts';
import { writeOut } from './write-out.ts';

/** One value in, one value out. */
export const conversionBuiltins: readonly PythonFunction[] = [
  new PythonFunction('len', ([value = null]) => lengthOf(value)),
  new PythonFunction('abs', ([value = null]) =>
    order(numeric(value), 0) < 0 ? negate(value as Value) : (value as Value),
  ),
  new PythonFunction('round', ([value = null, digits], keywords) =>
    round(numeric(value), digits ?? keywords['ndigits']),
  ),
  new PythonFunction('pow', ([base = null, exponent = null]) => power(numeric(base), numeric(exponent))),
  new PythonFunction('repr', ([value = null], _, run) => pythonRepr(writeOut(value, run))),
  new PythonFunction('ord', ([value]) => {
    if (typeof value !== 'string' || Array.from(value).length !== 1) throw lambdaTypeError('`ord` needs one character');
    return value.codePointAt(0)!;
  }),
  new PythonFunction('chr', ([value]) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0x10ffff)
      throw lambdaTypeError('`chr` needs a code point');
    return String.fromCodePoint(value);
  }),
  new PythonFunction('jsonpath', ([path, value = null], _, run) => {
    if (typeof path !== 'string') throw lambdaTypeError("`jsonpath` needs a path and a value: `jsonpath('$.a', x)`");
    return evaluatePath(path, writeOut(value, run));
  }),
];

function lengthOf(value: LambdaValue): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof PythonSet) return value.items.length;
  if (isRecord(value)) return Object.keys(value).length;
  throw lambdaTypeError(`${describeValue(value)} has no length`);
}

function numeric(value: LambdaValue): Value {
  if (!isNumeric(value)) throw lambdaTypeError(`${describeValue(value)} is no number`);
  return value as Value;
}

function round(value: Value, digits: LambdaValue | undefined): Value {
  if (isInteger(value) && (digits === undefined || digits === null))
    return typeof value === 'boolean' ? Number(value) : value;
  const places = digits ?? undefined;
  if (places !== undefined && (typeof places !== 'number' || !Number.isInteger(places)))
    throw lambdaTypeError('`round` needs a whole number of digits');
  const number = Float.is(value) ? value.value : Number(value);
  if (places === undefined) {
    const rounded = roundHalfEven(number, 0);
    return Number.isSafeInteger(rounded) ? rounded : BigInt(rounded);
  }
  const rounded = roundHalfEven(number, places);
  return isInteger(value) ? rounded : Number.isInteger(rounded) ? new Float(rounded) : rounded;
}
