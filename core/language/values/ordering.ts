import { raise } from '../../errors/catalogue.ts';
import { describeValue } from './describe-value.ts';
import { isEqual } from './equality.ts';
import { comparable, isNumeric } from './integer.ts';
import { isDate, isDateTime, isTime, onOneClock } from './temporal-kind.ts';
import { TimeDelta } from './time-delta.ts';

/**
 * Python's `<` and its kin: negative, zero or positive; NaN where neither is smaller nor equal (a float NaN), so that every
 * comparison of the answer with 0 is false. Strings compare by code point, lists item by item.
 * @throws LANGUAGE_ORDER for kinds without an order.
 */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return sign(left, right);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (isNumeric(left) && isNumeric(right)) return sign(comparable(left), comparable(right));
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (TimeDelta.is(left) && TimeDelta.is(right)) return sign(left.microseconds, right.microseconds);
  if (isDate(left) && isDate(right)) return Temporal.PlainDate.compare(left, right);
  if (isTime(left) && isTime(right)) return Temporal.PlainTime.compare(left, right);
  if (isDateTime(left) && isDateTime(right)) {
    const pair = onOneClock(left, right);
    if (pair !== undefined) return Temporal.PlainDateTime.compare(...pair);
    throw raise.LANGUAGE_ORDER({ left: 'A date without a zone', right: 'a date with one' });
  }
  const given = describeValue(left);
  throw raise.LANGUAGE_ORDER({ left: given[0]!.toUpperCase() + given.slice(1), right: describeValue(right) });
}

function sign(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1;
  if (left > right) return 1;
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are to be compared by value
  return left == right ? 0 : Number.NaN;
}

/** UTF-16 order differs from code point order only where surrogates meet the characters above them. */
function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === length) return left.length - right.length;
  return codePointRank(left.charCodeAt(at)) - codePointRank(right.charCodeAt(at));
}

function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    if (!isEqual(left[at], right[at])) return compareValues(left[at], right[at]);
  }
  return left.length - right.length;
}
