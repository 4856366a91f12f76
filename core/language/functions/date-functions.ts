import { integer } from '../values/integer.ts';
import { isoDateTime, isoTime } from '../values/iso-text.ts';
import { type DateTime, isAware, isDate, isTime } from '../values/temporal-kind.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { clockTime, timeOfDay } from './clock-time.ts';
import { asDateTime, aware } from './date-value.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { timeSpec } from './now-functions.ts';
import { strftime } from './strftime.ts';
import { strptime } from './strptime.ts';
import { timeZone } from './time-zone.ts';
import { fromTimestamp, toTimestamp, UNITS, windowsFileTime } from './timestamp.ts';

function toDateTime(given: Arguments): Value {
  const value = given.value(0);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  const moment = isNumber ? fromTimestamp(given, 0, 's') : (asDateTime(value) ?? given.dateTime(0));
  return given.isAbsent(1) ? moment : inZone(moment, given.text(1));
}

function inZone(value: DateTime, zone: string): Temporal.ZonedDateTime {
  return aware(value).withTimeZone(timeZone(zone));
}

function isoFormat(given: Arguments): string {
  const value = given.value(0);
  if (isTime(value)) return isoTime(value, timeSpec(given, 1));
  return isDate(value) ? value.toString() : isoDateTime(given.dateTime(0), 'T', timeSpec(given, 1));
}

function formatted(given: Arguments): string {
  const value = given.value(0);
  return strftime(isDate(value) || isTime(value) ? value : given.dateTime(0), given.text(1));
}

function isWorkingHours(given: Arguments): boolean {
  const moment = given.isAbsent(4) ? given.dateTime(0) : inZone(given.dateTime(0), given.text(4));
  if (!given.flag(3, false) && moment.dayOfWeek >= 6) return false;
  const [start, end, time] = [clockTime(given, 1, '09:00'), clockTime(given, 2, '17:00'), moment.toPlainTime()];
  const afterStart = Temporal.PlainTime.compare(time, start) >= 0;
  const beforeEnd = Temporal.PlainTime.compare(time, end) <= 0;
  const isOvernight = Temporal.PlainTime.compare(start, end) > 0;
  return isOvernight ? afterStart || beforeEnd : afterStart && beforeEnd;
}

export const dateFunctions: readonly ExpressionFunction[] = [
  defineFunction(
    'to_datetime',
    'x timezone?',
    'A datetime from seconds since 1970 (UTC) or ISO 8601 text, moved to a zone.',
    toDateTime,
  ),
  defineFunction(
    'parse_datetime',
    'text format',
    "A datetime read with `strptime` codes, such as '%d/%m/%Y %H:%M'.",
    (given) => strptime(given.text(0), given.text(1)),
  ),
  defineFunction(
    'format_datetime',
    'x format',
    "A datetime written with `strftime` codes, such as '%Y-%m-%d'.",
    formatted,
  ),
  defineFunction(
    'to_isoformat',
    'x timespec?',
    'A datetime as ISO 8601 text; `timespec` may be `seconds`, `milliseconds` …',
    isoFormat,
  ),
  defineFunction(
    'to_timestamp',
    'x unit?',
    'Whole seconds (`s`) or milliseconds (`ms`) since 1970; without a zone counts as UTC.',
    (given) => toTimestamp(given.dateTime(0), given.choice(1, UNITS, 's')),
  ),
  defineFunction(
    'from_timestamp',
    'x unit?',
    'The datetime in UTC of seconds (`s`) or milliseconds (`ms`) since 1970.',
    (given) => fromTimestamp(given, 0, given.choice(1, UNITS, 's')),
  ),
  defineFunction('parse_time', 'text', 'A time of day from `HH:MM` or `HH:MM:SS`.', (given) => clockTime(given, 0)),
  defineFunction('to_time', 'x', 'The time of day of a datetime.', (given) => timeOfDay(given, 0)),
  defineFunction(
    'set_timezone',
    'x timezone',
    'The same moment in another IANA zone; without a zone it counts as UTC.',
    (given) => inZone(given.dateTime(0), given.text(1)),
  ),
  defineFunction('unset_timezone', 'x', 'The same wall clock without a zone.', (given) => {
    const value = given.dateTime(0);
    return isAware(value) ? value.toPlainDateTime() : value;
  }),
  defineFunction(
    'is_working_hours',
    'x start? end? include_weekends? timezone?',
    'Whether it is between two times of a working day; overnight ranges work.',
    isWorkingHours,
  ),
  defineFunction('windows_filetime', 'x', 'Ticks of 100 ns since 1601.', (given) =>
    integer(windowsFileTime(given.dateTime(0))),
  ),
];
