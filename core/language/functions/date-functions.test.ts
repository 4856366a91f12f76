import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonStr } from '../values/render.ts';
import { call, callIn, withCode } from './call-function.fixture.ts';

const now = () => Date.parse('2024-06-15T23:30:45.678Z');
const text = (...args: [string, ...unknown[]]) => pythonStr(call(...args));

test('the clock of the run is used where there is one; the wall clock only when asked for', () => {
  expect(pythonStr(callIn({ now }, 'now'))).toBe('2024-06-15 23:30:45.678000');
  expect(pythonStr(callIn({ now }, 'utcnow'))).toBe('2024-06-15 23:30:45.678000+00:00');
  expect(pythonStr(callIn({ now }, 'today'))).toBe('2024-06-15');
  expect(callIn({ now }, 'now', true, 'seconds')).toBe('2024-06-15T23:30:45');
  expect(callIn({ now }, 'utcnow', true)).toBe('2024-06-15T23:30:45.678000+00:00');
  expect(callIn({ now }, 'wall_clock', true)).not.toContain('2024-06-15');
});

test('identifiers and interactions come from the scope', () => {
  expect(callIn({ uuid: () => 'fixed' }, 'uuid4')).toBe('fixed');
  expect(call('uuid4')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
  expect(call('get_interaction')).toBeNull();
  expect(callIn({ interaction: { id: 1 } }, 'get_interaction')).toEqual({ id: 1 });
});

test('zones are real zones, with daylight saving', () => {
  expect(text('set_timezone', '2024-07-01T12:00:00', 'Europe/Berlin')).toBe('2024-07-01 14:00:00+02:00');
  expect(text('to_datetime', 0, 'America/New_York')).toBe('1969-12-31 19:00:00-05:00');
  expect(() => call('set_timezone', '2024-07-01', 'Mars/Olympus')).toThrow(withCode('LANGUAGE_TIMEZONE') as never);
});

test('file times are exact integers of eighteen digits', () => {
  expect(call('windows_filetime', '2024-01-01T00:00:00.123456Z')).toBe(133485408001234560n);
});

test('timestamps beyond the calendar are refused, which is mostly a wrong unit', () => {
  expect(() => call('from_timestamp', 1704067200000, 's')).toThrow(withCode('LANGUAGE_NUMBER_RANGE') as never);
});

test('dates that do not exist are refused', () => {
  expect(() => call('datetime', 2023, 2, 29)).toThrow(withCode('LANGUAGE_FUNCTION_FAILED') as never);
  expect(() => call('parse_datetime', '2023-02-29', '%Y-%m-%d')).toThrow(withCode('LANGUAGE_FORMAT') as never);
  expect(() => call('parse_datetime', 'x', '%Y')).toThrow(withCode('LANGUAGE_FORMAT') as never);
  expect(() => call('parse_datetime', 'x', '%Q')).toThrow(withCode('LANGUAGE_FORMAT') as never);
  expect(() => call('days', 1e12)).toThrow(withCode('LANGUAGE_NUMBER_RANGE') as never);
});

test.each([
  ['10/Oct/2000:13:55:36 -0700', '%d/%b/%Y:%H:%M:%S %z', '2000-10-10 13:55:36-07:00'],
  ['12:30 AM', '%I:%M %p', '1900-01-01 00:30:00'],
  ['2024-366', '%Y-%j', '2024-12-31 00:00:00'],
  ['2020-W53-5', '%G-W%V-%u', '2021-01-01 00:00:00'],
  ['69 68', '%y %d', undefined],
])('%s is read with %s', (input, format, expected) => {
  if (expected === undefined)
    expect(() => call('parse_datetime', input, format)).toThrow(withCode('LANGUAGE_FORMAT') as never);
  else expect(text('parse_datetime', input, format)).toBe(expected);
});

test('what is written with a full format reads back the same', () => {
  const dates = fc.date({ min: new Date('1000-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
  const formats = fc.constantFrom(
    '%Y-%m-%d %H:%M:%S.%f%z',
    '%c %f %z',
    '%A %d %B %Y %I:%M:%S %p %f %z',
    '%Y %j %H %M %S %f %z',
    '%G %V %u %T.%f %z',
  );
  fc.assert(
    fc.property(dates, formats, fc.constantFrom('UTC', '+05:30', '-08:00'), (date, format, zone) => {
      const moment = date.toTemporalInstant().toZonedDateTimeISO(zone);
      const again = call('parse_datetime', call('format_datetime', moment, format), format) as Temporal.ZonedDateTime;
      return again.equals(moment);
    }),
  );
});

test('every strftime code of Python is known, and the GNU dash takes padding off', () => {
  const moment = new Temporal.PlainDateTime(2024, 2, 3, 4, 5, 6, 7);
  expect(call('format_datetime', moment, '%a %A %w %d %b %B %m %y %Y %H %I %p %M %S %f %j %U %W %G %u %V %%')).toBe(
    'Sat Saturday 6 03 Feb February 02 24 2024 04 04 AM 05 06 007000 034 04 05 2024 6 05 %',
  );
  expect(call('format_datetime', moment, '%-d.%-m. %Q')).toBe('3.2. %Q');
});

test('times between dates and dates with times can be measured', () => {
  expect(text('days_between', new Temporal.PlainDate(2024, 1, 1), '2024-01-03')).toBe('2.0');
  expect(text('hours_between', '2024-01-01T00:00Z', '2024-01-01T00:00+02:00')).toBe('-2.0');
});
