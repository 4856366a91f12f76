import { raise } from '../../errors/catalogue.ts';
import { isNumeric } from '../values/integer.ts';
import { parseFloatText } from '../values/parse-number.ts';
import type { DateTime } from '../values/temporal-kind.ts';
import type { Arguments } from './arguments.ts';
import { epochMicroseconds } from './date-value.ts';

export const UNITS = ['s', 'ms'] as const;
export type Unit = (typeof UNITS)[number];

/** From 0001 to 9999, as Python's datetime. */
const FIRST = -62_135_596_800e6;
const LAST = 253_402_300_799e6;

/** The moment in UTC, to the microsecond. Text that holds a number is taken too. */
export function fromTimestamp(given: Arguments, at: number, unit: Unit): Temporal.ZonedDateTime {
  const value = given.value(at);
  const number = typeof value === 'string' ? parseFloatText(value) : value;
  if (!isNumeric(number)) return given.reject(at, 'a number of seconds or milliseconds');
  const microseconds = Math.round(Number(number) * (unit === 's' ? 1e6 : 1e3));
  if (!(microseconds >= FIRST && microseconds <= LAST)) {
    throw raise.LANGUAGE_NUMBER_RANGE({
      problem: 'the timestamp is not between the years 1 and 9999; is the unit right?',
    });
  }
  return new Temporal.ZonedDateTime(BigInt(microseconds) * 1000n, 'UTC');
}

/** Whole seconds or milliseconds since 1970, towards zero. */
export function toTimestamp(value: DateTime, unit: Unit): number {
  return Number(epochMicroseconds(value) / (unit === 's' ? 1_000_000n : 1000n));
}

/** Ticks of 100 ns since 1601, as Windows counts. */
export function windowsFileTime(value: DateTime): bigint {
  return (epochMicroseconds(value) + 11_644_473_600_000_000n) * 10n;
}
