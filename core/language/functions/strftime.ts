import { isoTime } from '../values/iso-text.ts';
import { type DateTime, isAware, isDate, isTime } from '../values/temporal-kind.ts';
import { MONTHS, short, WEEKDAYS } from './calendar-names.ts';

const pad = (value: number, width = 2, fill = '0') => String(value).padStart(width, fill);
const weekday = (at: DateTime) => WEEKDAYS[at.dayOfWeek - 1]!;
const month = (at: DateTime) => MONTHS[at.month - 1]!;
const hour12 = (at: DateTime) => (at.hour % 12 === 0 ? 12 : at.hour % 12);
/** Week of the year whose weeks begin on Sunday (0) or Monday (1); days before the first such day are week 0. */
const weekFrom = (at: DateTime, first: 0 | 1) => Math.floor((at.dayOfYear + 6 - ((at.dayOfWeek - first + 7) % 7)) / 7);
const microsecond = (at: DateTime) => at.millisecond * 1000 + at.microsecond;

const DIRECTIVES: Readonly<Record<string, (at: DateTime) => string>> = {
  a: (at) => short(weekday(at)),
  A: weekday,
  b: (at) => short(month(at)),
  B: month,
  C: (at) => pad(Math.floor(at.year / 100)),
  c: (at) => strftime(at, '%a %b %e %H:%M:%S %Y'),
  d: (at) => pad(at.day),
  D: (at) => strftime(at, '%m/%d/%y'),
  e: (at) => pad(at.day, 2, ' '),
  f: (at) => pad(microsecond(at), 6),
  F: (at) => strftime(at, '%Y-%m-%d'),
  g: (at) => pad(at.yearOfWeek! % 100),
  G: (at) => pad(at.yearOfWeek!, 4),
  h: (at) => short(month(at)),
  H: (at) => pad(at.hour),
  I: (at) => pad(hour12(at)),
  j: (at) => pad(at.dayOfYear, 3),
  k: (at) => pad(at.hour, 2, ' '),
  l: (at) => pad(hour12(at), 2, ' '),
  m: (at) => pad(at.month),
  M: (at) => pad(at.minute),
  n: () => '\n',
  p: (at) => (at.hour < 12 ? 'AM' : 'PM'),
  P: (at) => (at.hour < 12 ? 'am' : 'pm'),
  r: (at) => strftime(at, '%I:%M:%S %p'),
  R: (at) => strftime(at, '%H:%M'),
  s: (at) => `${Math.floor((isAware(at) ? at : at.toZonedDateTime('UTC')).epochMilliseconds / 1000)}`,
  S: (at) => pad(at.second),
  t: () => '\t',
  T: (at) => isoTime(at, 'seconds'),
  u: (at) => `${at.dayOfWeek}`,
  U: (at) => pad(weekFrom(at, 0)),
  V: (at) => pad(at.weekOfYear!),
  w: (at) => `${at.dayOfWeek % 7}`,
  W: (at) => pad(weekFrom(at, 1)),
  x: (at) => strftime(at, '%m/%d/%y'),
  X: (at) => isoTime(at, 'seconds'),
  y: (at) => pad(at.year % 100),
  Y: (at) => `${at.year}`,
  z: (at) => (isAware(at) ? at.offset.replaceAll(':', '') : ''),
  ':z': (at) => (isAware(at) ? at.offset : ''),
  Z: (at) => (isAware(at) ? zoneName(at) : ''),
  '%': () => '%',
};

/** Python's `strftime` in the C locale, with the GNU codes. Codes that do not exist stay as written. Naive dates count as UTC for `%s`. */
export function strftime(value: DateTime | Temporal.PlainDate | Temporal.PlainTime, format: string): string {
  const at = withDateAndTime(value);
  return format.replace(/%(-?)(:z|[A-Za-z%])/g, (code, dash: string, letter: string) => {
    const text = DIRECTIVES[letter]?.(at);
    if (text === undefined) return code;
    // The GNU flag `-` takes the padding off.
    return dash === '' ? text : text.replace(/^[0 ]+(?=\d)/, '');
  });
}

function withDateAndTime(value: DateTime | Temporal.PlainDate | Temporal.PlainTime): DateTime {
  if (isDate(value)) return value.toPlainDateTime();
  return isTime(value) ? new Temporal.PlainDate(1900, 1, 1).toPlainDateTime(value) : value;
}

/** `UTC`, `UTC+05:30` for a fixed offset, else the abbreviation that the zone has in English, or its offset where it has none. */
function zoneName(at: Temporal.ZonedDateTime): string {
  if (at.timeZoneId === 'UTC') return 'UTC';
  if (/^[+-]/.test(at.timeZoneId)) return `UTC${at.offset}`;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: at.timeZoneId, timeZoneName: 'short' }).formatToParts(
    at.epochMilliseconds,
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? at.offset;
}
