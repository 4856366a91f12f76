import type { DateTime } from './temporal-kind.ts';

const DATE = /^(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)|(\d{4})-?W(\d\d)(?:-?([1-7]))?)/;
const CLOCK =
  /^(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?|(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?(?::?00(?:\.0+)?)?)?$/;

/** Reads what Python's `datetime.fromisoformat` does: extended and basic form, week dates, any separator. Undefined when it is none. */
export function parseIsoDateTime(text: string): DateTime | undefined {
  const match = DATE.exec(text);
  const date = match && calendarDate(match);
  if (!date) return undefined;
  const rest = text.slice(match[0].length);
  if (rest === '') return date.toPlainDateTime();
  const clock = parseClock(rest.replace(/^./su, ''));
  if (clock === undefined) return undefined;
  const local = date.toPlainDateTime(clock.time);
  return clock.zone === undefined ? local : local.toZonedDateTime(clock.zone);
}

function calendarDate(match: RegExpExecArray): Temporal.PlainDate | undefined {
  const [year, month, day, week, weekday] = [
    match[1] ?? match[4] ?? match[7],
    match[2] ?? match[5],
    match[3] ?? match[6],
    match[8],
    match[9],
  ];
  if (week === undefined) return dateOf(Number(year), Number(month), Number(day));
  const start = isoWeekStart(Number(year));
  const date = start.add({ days: (Number(week) - 1) * 7 + Number(weekday ?? 1) - 1 });
  return Number(week) >= 1 && date.weekOfYear === Number(week) ? date : undefined;
}

/** The Monday of the week that holds 4 January. */
function isoWeekStart(year: number): Temporal.PlainDate {
  const fourth = new Temporal.PlainDate(year, 1, 4);
  return fourth.subtract({ days: fourth.dayOfWeek - 1 });
}

/** A real day of a year from 1 to 9999, else undefined. */
export function dateOf(year: number, month: number, day: number): Temporal.PlainDate | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = Temporal.PlainDate.from({ year, month, day: Math.min(day, 31) }, { overflow: 'constrain' });
  return date.day === day ? date : undefined;
}

function parseClock(text: string): { time: Temporal.PlainTime; zone: string | undefined } | undefined {
  const match = CLOCK.exec(text);
  if (!match) return undefined;
  const [hour, minute, second] = [match[1], match[2] ?? match[5] ?? 0, match[3] ?? match[6] ?? 0].map(Number) as [
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const micro = Number((match[4] ?? match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const time = new Temporal.PlainTime(hour, minute, second, Math.floor(micro / 1000), micro % 1000);
  const zone = match[8] === undefined ? undefined : offsetZone(match[8]);
  return match[8] !== undefined && zone === undefined ? undefined : { time, zone };
}

/** The zone of an offset like `Z`, `+0530` or `-05`: `UTC` for zero. */
export function offsetZone(offset: string): string | undefined {
  const [, sign, hours = '0', minutes = '00'] = /^([+-])(\d\d):?(\d\d)?/.exec(offset) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return sign === undefined || Number(hours) + Number(minutes) === 0 ? 'UTC' : `${sign}${hours}:${minutes}`;
}
