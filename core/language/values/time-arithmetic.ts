import { float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isInteger, isNumeric } from './integer.ts';
import { floorDividedIntegers, moduloIntegers } from './integer-arithmetic.ts';
import { type DateTime, isAware, isDate, isDateTime, onOneClock } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';
import type { Value } from './value.ts';

const MICROSECONDS_A_DAY = 86_400e6;
/** Python's timedelta ends here, at 999,999,999 days. */
const MAX_MICROSECONDS = 1e9 * MICROSECONDS_A_DAY;

export type TimeOperator = '+' | '-' | '*' | '/' | '//' | '%';

/** Dates and durations under an operator; undefined when Python has no answer for these two. */
export function timeArithmetic(operator: TimeOperator, left: Value, right: Value): Value | undefined {
  if (TimeDelta.is(left)) return onTimeDelta(operator, left, right);
  if (TimeDelta.is(right)) {
    if (operator === '*' && isNumeric(left)) return onTimeDelta('*', right, left);
    if (operator !== '+' && operator !== '-') return undefined;
    return moved(left, operator === '+' ? right.microseconds : -right.microseconds);
  }
  return operator === '-' ? between(left, right) : undefined;
}

function onTimeDelta(operator: TimeOperator, left: TimeDelta, right: Value): Value | undefined {
  if (operator === '+' && !TimeDelta.is(right)) return moved(right, left.microseconds);
  const span = left.microseconds;
  if (TimeDelta.is(right)) return betweenSpans(operator, span, right.microseconds);
  if (!isNumeric(right)) return undefined;
  if (operator === '*') return duration(span * Number(right));
  if (operator === '/') return duration(span / nonZero(Number(right), '/'));
  if (operator === '//' && isInteger(right))
    return duration(Number(floorDividedIntegers(span, nonZero(Number(right), '//'))));
  return undefined;
}

function betweenSpans(operator: TimeOperator, left: number, right: number): Value | undefined {
  switch (operator) {
    case '+':
      return duration(left + right);
    case '-':
      return duration(left - right);
    case '/':
      return float(left / nonZero(right, '/'));
    case '//':
      return floorDividedIntegers(left, nonZero(right, '//'));
    case '%':
      return duration(Number(moduloIntegers(left, nonZero(right, '%'))));
    default:
      return undefined;
  }
}

function nonZero(value: number, operator: string): number {
  if (value === 0) throw raise.LANGUAGE_DIVISION_BY_ZERO({ operator });
  return value;
}

/** A duration of this many microseconds, rounded half to even. @throws LANGUAGE_NUMBER_RANGE where Python's timedelta ends. */
export function duration(microseconds: number): TimeDelta {
  if (!(Math.abs(microseconds) < MAX_MICROSECONDS)) {
    throw raise.LANGUAGE_NUMBER_RANGE({ problem: 'a duration has at most 999,999,999 days' });
  }
  return new TimeDelta(roundHalfEven(microseconds) + 0);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Dates move on their wall clock, as Python has it: a day later is the same time of day, whatever daylight saving does. */
function moved(value: Value, microseconds: number): Value | undefined {
  if (isDateTime(value)) return inRange(() => movedDateTime(value, microseconds));
  if (!isDate(value)) return undefined;
  return inRange(() => value.add({ days: Math.floor(microseconds / MICROSECONDS_A_DAY) }));
}

function movedDateTime(value: DateTime, microseconds: number): DateTime {
  const days = Math.trunc(microseconds / MICROSECONDS_A_DAY);
  const step = { days, microseconds: microseconds - days * MICROSECONDS_A_DAY };
  if (!isAware(value)) return value.add(step);
  return value.toPlainDateTime().add(step).toZonedDateTime(value.timeZoneId);
}

function inRange<T extends DateTime | Temporal.PlainDate>(make: () => T): T {
  let date: T | undefined;
  try {
    date = make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (date !== undefined && date.year >= 1 && date.year <= 9999) return date;
  throw raise.LANGUAGE_NUMBER_RANGE({ problem: 'years go from 1 to 9999' });
}

function between(left: Value, right: Value): Value | undefined {
  if (isDate(left) && isDate(right)) return duration(right.until(left).total('days') * MICROSECONDS_A_DAY);
  if (!isDateTime(left) || !isDateTime(right)) return undefined;
  const pair = onOneClock(left, right);
  if (pair === undefined) throw raise.LANGUAGE_ORDER({ left: 'A date without a zone', right: 'a date with one' });
  const { days, hours, minutes, seconds, milliseconds, microseconds } = pair[1].until(pair[0], { largestUnit: 'days' });
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1e6 + milliseconds * 1000 + microseconds;
  return duration(days * MICROSECONDS_A_DAY + time);
}
