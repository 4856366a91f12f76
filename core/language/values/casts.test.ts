import { float } from '@backplane/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CastType, castTo } from './casts.ts';
import { isoDateTime } from './iso-text.ts';
import { parseIsoDateTime } from './parse-iso.ts';
import { pythonRepr } from './render.ts';
import type { Value } from './value.ts';

test.each<[CastType, Value, string]>([
  ['int', ' 7 ', '7'],
  ['int', 7.9, '7'],
  ['int', -7.9, '-7'],
  ['int', '1_000', '1000'],
  ['int', '9'.repeat(20), '9'.repeat(20)],
  ['int', float(1e20), '100000000000000000000'],
  ['int', true, '1'],
  ['float', '7', '7.0'],
  ['float', '-inf', '-inf'],
  ['float', 3, '3.0'],
  ['str', null, "'None'"],
  ['bool', 'yes', 'False'],
  ['bool', 'TRUE', 'True'],
  ['bool', '1', 'True'],
  ['bool', [0], 'True'],
  ['datetime', '2024-01-02T03:04Z', 'datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)'],
])('%s of %o', (type, value, expected) => {
  expect(pythonRepr(castTo(type, value))).toBe(expected);
});

test.each<[CastType, Value]>([
  ['int', '7.5'],
  ['int', ''],
  ['int', null],
  ['int', Number.NaN],
  ['float', 'abc'],
  ['float', []],
  ['datetime', '1/1/2021'],
  ['datetime', '2021-02-29'],
  ['datetime', 5],
])('%s of %o is refused', (type, value) => {
  expect(() => castTo(type, value)).toThrow(expect.objectContaining({ code: 'LANGUAGE_CAST' }));
});

test('the message of a failed cast does not repeat the value, which may be secret', () => {
  expect(() => castTo('int', 'hunter2')).toThrow('a str of 7 characters cannot become `int`');
});

test('every datetime reads back from its ISO text', () => {
  const dates = fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, fc.constantFrom('UTC', '+05:30', '-08:00'), (date, zone) => {
      const moment = date.toTemporalInstant().toZonedDateTimeISO(zone);
      return parseIsoDateTime(isoDateTime(moment))?.equals(moment as never) ?? false;
    }),
  );
});
