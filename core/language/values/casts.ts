import { float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { describeValue } from './describe-value.ts';
import { integer, isFloat, isNumeric } from './integer.ts';
import { parseIsoDateTime } from './parse-iso.ts';
import { parseFloatText, parseInteger } from './parse-number.ts';
import { pythonStr } from './render.ts';
import { isDate, isDateTime } from './temporal-kind.ts';
import { isTruthy } from './truthiness.ts';
import type { Value } from './value.ts';

export type CastType = 'int' | 'float' | 'str' | 'bool' | 'datetime';

const EXPECTED: Readonly<Record<CastType, string>> = {
  int: 'a number, or a str of digits',
  float: 'a number, or a str that holds one',
  str: 'any value',
  bool: 'any value',
  datetime: 'an ISO 8601 date such as 2024-03-18T12:34:56Z',
};

/** `int(x)`, `x -> float` and the like. @throws LANGUAGE_CAST when the value has no such form. */
export function castTo(type: CastType, value: Value): Value {
  const answer = CASTS[type](value);
  if (answer === undefined) throw raise.LANGUAGE_CAST({ type, given: describeValue(value), expected: EXPECTED[type] });
  return answer;
}

const CASTS: Readonly<Record<CastType, (value: Value) => Value | undefined>> = {
  int: toInteger,
  float: toFloat,
  str: pythonStr,
  bool: toBoolean,
  datetime: toDateTime,
};

function toInteger(value: Value): Value | undefined {
  if (typeof value === 'string') return parseInteger(value);
  if (isFloat(value)) return Number.isFinite(Number(value)) ? integer(BigInt(Math.trunc(Number(value)))) : undefined;
  if (typeof value === 'boolean') return Number(value);
  return isNumeric(value) ? value : undefined;
}

function toFloat(value: Value): Value | undefined {
  if (typeof value === 'string') return parseFloatText(value);
  return isNumeric(value) ? float(Number(value)) : undefined;
}

/** Strings are true only when they say so: `true` or `1`. */
function toBoolean(value: Value): boolean {
  return typeof value === 'string' ? /^(?:true|1)$/i.test(value) : isTruthy(value);
}

function toDateTime(value: Value): Value | undefined {
  if (isDateTime(value)) return value;
  if (isDate(value)) return value.toPlainDateTime();
  return typeof value === 'string' ? parseIsoDateTime(value) : undefined;
}
