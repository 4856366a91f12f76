import { float } from '@backplane/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, divide, floorDivide, modulo, multiply, negate, power, subtract } from './arithmetic.ts';
import { isEqual } from './equality.ts';
import { integer } from './integer.ts';
import { pythonStr } from './render.ts';
import { TimeDelta } from './time-delta.ts';
import type { Value } from './value.ts';

const text = (value: Value) => pythonStr(value);
const refused = (code: string) => expect.objectContaining({ code });
const anyInteger = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(integer);
const divisor = anyInteger.filter((value) => value !== 0);

test('integers stay exact beyond what JavaScript numbers hold, and come back to numbers when they fit', () => {
  expect(add(Number.MAX_SAFE_INTEGER, 2)).toBe(9007199254740993n);
  expect(subtract(9007199254740993n, 2)).toBe(Number.MAX_SAFE_INTEGER);
  expect(power(2, 64)).toBe(18446744073709551616n);
});

test('one float makes the answer a float, and a division always is one', () => {
  expect([add(1, float(1)), divide(4, 2), multiply(2, 0.5), power(2, -1)].map(text)).toEqual([
    '2.0',
    '2.0',
    '1.0',
    '0.5',
  ]);
});

test('remainder and quotient follow the sign of the divisor', () => {
  expect([modulo(-7, 3), modulo(7, -3), floorDivide(-7, 2)]).toEqual([2, -2, -4]);
  expect([modulo(-7.5, 2), floorDivide(-7.5, 2)].map(text)).toEqual(['0.5', '-4.0']);
});

test('a quotient and its remainder give the dividend back', () => {
  fc.assert(fc.property(anyInteger, divisor, (a, b) => isEqual(add(multiply(floorDivide(a, b), b), modulo(a, b)), a)));
});

test('strings and lists add up and repeat', () => {
  expect(add('a', 'b')).toBe('ab');
  expect(add([1], [2])).toEqual([1, 2]);
  expect([multiply('ab', 2), multiply(2, 'ab'), multiply('ab', -1)]).toEqual(['abab', 'abab', '']);
  expect(multiply([0], 3)).toEqual([0, 0, 0]);
});

test('bool counts as int', () => {
  expect(add(true, true)).toBe(2);
});

test('a day later is the same time of day, whatever daylight saving does', () => {
  const before = Temporal.ZonedDateTime.from('2024-03-30T12:00[Europe/Berlin]');
  expect(text(add(before, new TimeDelta(86_400e6)))).toBe('2024-03-31 12:00:00+02:00');
});

test('dates differ by a duration: on the wall clock of one zone, else in UTC', () => {
  const [naive, later] = [new Temporal.PlainDateTime(2024, 1, 1), new Temporal.PlainDateTime(2024, 1, 2, 1)];
  expect(text(subtract(later, naive))).toBe('1 day, 1:00:00');
  const utc = Temporal.ZonedDateTime.from('2024-01-01T00:00[UTC]');
  expect(text(subtract(utc, utc.withTimeZone('Asia/Tokyo')))).toBe('0:00:00');
});

test('durations scale and divide', () => {
  const hour = new TimeDelta(3600e6);
  expect([multiply(hour, 1.5), divide(hour, 2), negate(hour)].map(text)).toEqual([
    '1:30:00',
    '0:30:00',
    '-1 day, 23:00:00',
  ]);
  expect(text(divide(hour, new TimeDelta(1800e6)))).toBe('2.0');
});

test('what Python refuses is refused', () => {
  expect(() => add('a', 1)).toThrow(refused('LANGUAGE_OPERANDS'));
  expect(() => add(new Temporal.PlainDateTime(2024, 1, 1), 1)).toThrow(refused('LANGUAGE_OPERANDS'));
  expect(() => negate('a')).toThrow(refused('LANGUAGE_OPERAND'));
  for (const operation of [divide, modulo, floorDivide]) {
    expect(() => operation(1, 0)).toThrow(refused('LANGUAGE_DIVISION_BY_ZERO'));
    expect(() => operation(1.5, float(0))).toThrow(refused('LANGUAGE_DIVISION_BY_ZERO'));
  }
});

test('results that no host should hold are refused before they are made', () => {
  expect(() => power(10, 10 ** 9)).toThrow(refused('LANGUAGE_NUMBER_RANGE'));
  expect(() => multiply('ab', 10 ** 9)).toThrow(refused('LANGUAGE_BUDGET_OUTPUT'));
  expect(power(-1, 10 ** 9 + 1)).toBe(-1);
  expect(() => add(new Temporal.PlainDateTime(9999, 12, 31), new TimeDelta(86_400e6))).toThrow(
    refused('LANGUAGE_NUMBER_RANGE'),
  );
});
