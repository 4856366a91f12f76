import { raise } from '../../errors/catalogue.ts';
import { dateOf, offsetZone } from '../values/parse-iso.ts';
import type { DateTime } from '../values/temporal-kind.ts';
import { MONTHS, short, WEEKDAYS } from './calendar-names.ts';

const oneOf = (names: readonly string[]) => `(${names.join('|')})`;

/** What each code matches: exactly one capture, in CPython's shapes. */
const PATTERNS: Readonly<Record<string, string>> = {
  a: oneOf(WEEKDAYS.map(short)),
  A: oneOf(WEEKDAYS),
  b: oneOf(MONTHS.map(short)),
  B: oneOf(MONTHS),
  d: '(3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])',
  f: '(\\d{1,6})',
  G: '(\\d{4})',
  H: '(2[0-3]|[01]\\d|\\d)',
  I: '(1[0-2]|0[1-9]|[1-9])',
  j: '(36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])',
  m: '(1[0-2]|0[1-9]|[1-9])',
  M: '([0-5]\\d|\\d)',
  p: '(am|pm)',
  S: '(6[01]|[0-5]\\d|\\d)',
  u: '([1-7])',
  U: '(5[0-3]|[0-4]\\d|\\d)',
  V: '(5[0-3]|0[1-9]|[1-4]\\d|\\d)',
  w: '([0-6])',
  W: '(5[0-3]|[0-4]\\d|\\d)',
  y: '(\\d\\d)',
  Y: '(\\d{4})',
  z: '([+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z)',
  Z: '(UTC|GMT)',
};

/** Codes that stand for several. */
const COMPOSED: Readonly<Record<string, string>> = {
  c: '%a %b %d %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

type Fields = ReadonlyMap<string, string>;

/** Python's `datetime.strptime` in the C locale. @throws LANGUAGE_FORMAT when the text does not have the format, or names no real day. */
export function strptime(text: string, format: string): DateTime {
  const fields = match(text, format);
  const date = dateFrom(fields);
  if (date === undefined) throw raise.LANGUAGE_FORMAT({ problem: `the text names no real day (format \`${format}\`)` });
  const local = date.toPlainDateTime(timeFrom(fields));
  const offset = fields.get('z');
  if (offset === undefined) return local;
  const zone = /:?\d\d:?\d\d:?(?!00)\d\d/.test(offset.slice(1)) ? undefined : offsetZone(offset);
  if (zone === undefined) throw raise.LANGUAGE_FORMAT({ problem: 'the offset is not of whole minutes within a day' });
  return local.toZonedDateTime(zone);
}

function match(text: string, format: string): Fields {
  const codes: string[] = [];
  const expanded = format.replace(/%([cDFRTxX])/g, (_, code: string) => COMPOSED[code]!);
  const pattern = expanded.replace(/%(.?)|\s+|[^%\s]/gsu, (piece, code: string | undefined) => {
    if (code === '%') return '%';
    if (code === undefined) return /\s/.test(piece) ? '\\s+' : piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    const shape = PATTERNS[code];
    if (shape === undefined || codes.includes(code)) {
      throw raise.LANGUAGE_FORMAT({
        problem: `\`%${code}\` in \`${format}\` is ${shape ? 'given twice' : 'no code for reading dates'}`,
      });
    }
    codes.push(code);
    return shape;
  });
  const found = new RegExp(`^${pattern}$`, 'is').exec(text);
  if (!found) throw raise.LANGUAGE_FORMAT({ problem: `the text does not have the format \`${format}\`` });
  return new Map(codes.map((code, at) => [code, found[at + 1]!]));
}

function timeFrom(fields: Fields): Temporal.PlainTime {
  const number = (code: string) => Number(fields.get(code) ?? 0);
  const isAfternoon = fields.get('p')?.toLowerCase() === 'pm';
  const hour = fields.has('H') ? number('H') : (number('I') % 12) + (isAfternoon ? 12 : 0);
  const micro = Number((fields.get('f') ?? '').padEnd(6, '0'));
  if (number('S') > 59) throw raise.LANGUAGE_FORMAT({ problem: 'seconds go from 0 to 59' });
  return new Temporal.PlainTime(hour, number('M'), number('S'), Math.floor(micro / 1000), micro % 1000);
}

function dateFrom(fields: Fields): Temporal.PlainDate | undefined {
  const weekday = weekdayFrom(fields);
  if (fields.has('G') || fields.has('V')) return isoWeekDate(fields, weekday);
  const year = yearFrom(fields);
  if (fields.has('j')) return dayOfYear(year, Number(fields.get('j')));
  const week = fields.get('U') ?? fields.get('W');
  if (week !== undefined && weekday !== undefined && (fields.has('Y') || fields.has('y'))) {
    return weekDate(year, Number(week), weekday, fields.has('U') ? 0 : 1);
  }
  return dateOf(year, monthFrom(fields), Number(fields.get('d') ?? 1));
}

function yearFrom(fields: Fields): number {
  const short = fields.get('y');
  if (short === undefined) return Number(fields.get('Y') ?? 1900);
  return Number(short) + (Number(short) <= 68 ? 2000 : 1900);
}

function monthFrom(fields: Fields): number {
  const name = (fields.get('B') ?? fields.get('b'))?.toLowerCase();
  if (name === undefined) return Number(fields.get('m') ?? 1);
  return MONTHS.findIndex((month) => month.toLowerCase().startsWith(name)) + 1;
}

/** 1 is Monday, 7 Sunday. */
function weekdayFrom(fields: Fields): number | undefined {
  const name = (fields.get('A') ?? fields.get('a'))?.toLowerCase();
  if (name !== undefined) return WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(name)) + 1;
  const number = fields.get('u') ?? fields.get('w');
  return number === undefined ? undefined : Number(number) || 7;
}

function isoWeekDate(fields: Fields, weekday: number | undefined): Temporal.PlainDate | undefined {
  if (!fields.has('G') || !fields.has('V') || weekday === undefined) {
    throw raise.LANGUAGE_FORMAT({ problem: '`%G` needs `%V` and a weekday, and they need it' });
  }
  const fourth = dateOf(Number(fields.get('G')), 1, 4);
  return fourth?.add({ days: Number(fields.get('V')) * 7 - 7 + weekday - fourth.dayOfWeek });
}

function dayOfYear(year: number, day: number): Temporal.PlainDate | undefined {
  return dateOf(year, 1, 1)?.add({ days: day - 1 });
}

/** `first`: weeks begin on Sunday (0) or Monday (1); week 1 begins with the first such day. */
function weekDate(year: number, week: number, weekday: number, first: 0 | 1): Temporal.PlainDate | undefined {
  const start = dateOf(year, 1, 1);
  const untilFirst = start && (7 - ((start.dayOfWeek - first + 7) % 7)) % 7;
  return start?.add({ days: untilFirst! + (week - 1) * 7 + ((weekday - first + 7) % 7) });
}
