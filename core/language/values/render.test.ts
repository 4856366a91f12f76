import { Float, float, parseJson, stringifyJson } from '@backplane/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatText } from './float-text.ts';
import { pythonRepr, pythonStr } from './render.ts';
import { TimeDelta } from './time-delta.ts';
import { toData } from './to-data.ts';

test('values read as Python prints them', () => {
  expect(pythonStr([null, true, 1, float(1), 'a', { b: [1.5] }])).toBe("[None, True, 1, 1.0, 'a', {'b': [1.5]}]");
  expect(pythonStr(12345678901234567890n)).toBe('12345678901234567890');
});

test('a string is bare by itself and quoted inside a list, with the quote that needs no escape', () => {
  expect(pythonStr("it's")).toBe("it's");
  expect(pythonRepr("it's")).toBe(`"it's"`);
  expect(pythonRepr(`it's "x"\n`)).toBe(String.raw`'it\'s "x"\n'`);
  expect(pythonRepr('\u200b\x00é😀')).toBe(String.raw`'\u200b\x00é😀'`);
});

test.each([
  [1e16, '1e+16'],
  [1e15, '1000000000000000.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-0, '-0.0'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NaN, 'nan'],
])('the float %d prints as %s', (value, expected) => {
  expect(floatText(value)).toBe(expected);
});

test('every float reads back from what is printed', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      Object.is(Number(floatText(value)), value),
    ),
  );
});

test('dates and durations print by themselves and inside a list in different ways', () => {
  const moment = Temporal.ZonedDateTime.from('2024-01-02T03:04:05.000006[UTC]');
  expect(pythonStr(moment)).toBe('2024-01-02 03:04:05.000006+00:00');
  expect(pythonStr([moment])).toBe('[datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)]');
  expect(pythonStr(new TimeDelta(-1))).toBe('-1 day, 23:59:59.999999');
  expect(pythonRepr(new TimeDelta(90e6))).toBe('datetime.timedelta(seconds=90)');
  expect(pythonRepr(new Temporal.PlainTime(1, 2))).toBe('datetime.time(1, 2)');
});

test('data has ISO dates and durations, exact numbers, and null for what JSON has no number for', () => {
  const value = {
    at: Temporal.ZonedDateTime.from('2024-01-02T00:00[UTC]'),
    day: new Temporal.PlainDate(2024, 1, 2),
    span: new TimeDelta(90_061.5e6),
    ratio: float(1),
    huge: 2n ** 60n,
    none: Number.NaN,
  };
  expect(stringifyJson(toData(value))).toBe(
    '{"at":"2024-01-02T00:00:00+00:00","day":"2024-01-02","span":"P1DT1H1M1.5S","ratio":1.0,"huge":1152921504606846976,"none":null}',
  );
});

test('data that needs no change is not copied', () => {
  const value = { a: [1, { b: 'x' }] };
  expect(toData(value)).toBe(value);
});

test('what is no data is refused, and so is what contains itself', () => {
  expect(() => toData({ f: () => 1 })).toThrow(expect.objectContaining({ code: 'LANGUAGE_NOT_DATA' }));
  const knot: unknown[] = [];
  knot.push(knot);
  expect(() => toData(knot)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }));
  expect(() => pythonStr(knot)).toThrow(expect.objectContaining({ code: 'LANGUAGE_BUDGET_DEPTH' }));
});

test('whole floats of any size survive JSON', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }).map(Math.trunc), (value) => {
      const again = parseJson(stringifyJson(new Float(value)));
      return Float.is(again) && Object.is(again.value, value);
    }),
  );
});
