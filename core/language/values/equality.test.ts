import { float } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { isEqual } from './equality.ts';
import { contains } from './membership.ts';
import { compareValues } from './ordering.ts';
import { TimeDelta } from './time-delta.ts';
import { isTruthy } from './truthiness.ts';

const refused = (code: string) => expect.objectContaining({ code });
const utc = (text: string) => Temporal.ZonedDateTime.from(`${text}[UTC]`);

test('numbers are equal across kinds, also inside lists and maps', () => {
  expect(isEqual(1, float(1))).toBe(true);
  expect(isEqual(true, 1)).toBe(true);
  expect(isEqual(2n ** 60n, float(2 ** 60))).toBe(true);
  expect(isEqual({ a: [1] }, { a: [float(1)] })).toBe(true);
  expect([isEqual('1', 1), isEqual([], {}), isEqual(null, false), isEqual(Number.NaN, Number.NaN)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a map is not equal to one with the same keys on its prototype', () => {
  expect(isEqual({ toString: 1 }, { a: 1 })).toBe(false);
});

test('the same moment in two zones is equal; naive and aware never are', () => {
  const moment = utc('2024-01-01T00:00');
  expect(isEqual(moment, moment.withTimeZone('Asia/Tokyo'))).toBe(true);
  expect(isEqual(moment, moment.toPlainDateTime())).toBe(false);
  expect(isEqual(new TimeDelta(1), new TimeDelta(1))).toBe(true);
});

test('strings order by code point, lists item by item', () => {
  expect(compareValues('a', 'ab')).toBeLessThan(0);
  expect(compareValues('\uffff', '😀')).toBeLessThan(0);
  expect(compareValues([1, 2], [1, 3])).toBeLessThan(0);
  expect(compareValues([1], [1, 0])).toBeLessThan(0);
});

test('NaN is neither smaller nor equal nor larger', () => {
  expect(compareValues(Number.NaN, 1)).toBeNaN();
});

test('kinds without an order are refused', () => {
  expect(() => compareValues('a', 1)).toThrow(refused('LANGUAGE_ORDER'));
  expect(() => compareValues(null, null)).toThrow(refused('LANGUAGE_ORDER'));
  const moment = utc('2024-01-01T00:00');
  expect(() => compareValues(moment, moment.toPlainDateTime())).toThrow(refused('LANGUAGE_ORDER'));
});

test('`in` looks in lists, keys and strings, and never at a prototype', () => {
  expect(contains([float(1)], 1)).toBe(true);
  expect(contains('hello', 'ell')).toBe(true);
  expect([contains({ a: null }, 'a'), contains({}, 'constructor'), contains({}, 1)]).toEqual([true, false, false]);
  expect(() => contains('hello', 1)).toThrow(refused('LANGUAGE_MEMBERSHIP'));
  expect(() => contains(null, 1)).toThrow(refused('LANGUAGE_MEMBERSHIP'));
});

test.each([
  ['', false],
  ['x', true],
  [0, false],
  [float(0), false],
  [Number.NaN, true],
  [0n, false],
  [[], false],
  [{}, false],
  [{ a: 1 }, true],
  [null, false],
  [new TimeDelta(0), false],
  [new Temporal.PlainTime(), true],
])('truth of %o is %s', (value, expected) => {
  expect(isTruthy(value)).toBe(expected);
});
