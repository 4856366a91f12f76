import { isFloat, isInteger } from '../values/integer.ts';
import { isoDateTime } from '../values/iso-text.ts';
import { isDate, isDateTime } from '../values/temporal-kind.ts';
import { exact, type Fit, lax } from './exactness.ts';

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)[Tt _](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+\-\u2212])(\d\d):?(\d\d))?$/;
const UNIX_TEXT = /^[+-]?\d+(?:\.\d*)?$/;
/** Larger numbers are milliseconds: as seconds they would lie beyond the year 2603. */
const MILLISECONDS_ABOVE = 20_000_000_000;
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** A date and time as ISO text: naive when it names no zone, else with `Z` or its offset. */
export function readDateTime(value: unknown): Fit | undefined {
  if (isDateTime(value)) return exact(jsonDateTime(value));
  if (isDate(value)) return lax(`${String(value)}T00:00:00`);
  if (typeof value === 'boolean') return undefined;
  const text =
    isInteger(value) || isFloat(value)
      ? fromUnixTime(Number(value))
      : typeof value === 'string'
        ? fromText(value)
        : undefined;
  return text === undefined ? undefined : lax(text);
}

/** ISO text with `Z` for UTC, as JSON documents write it. */
export function jsonDateTime(value: Temporal.PlainDateTime | Temporal.ZonedDateTime): string {
  return isoDateTime(value).replace(/[+-]00:00$/, 'Z');
}

function fromText(text: string): string | undefined {
  if (UNIX_TEXT.test(text)) return fromUnixTime(Number(text));
  if (DATE.test(text)) return isCalendarDate(text) ? `${text}T00:00:00` : undefined;
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, date, clock, seconds = '00', fraction = '', utc, sign, offsetHours, offsetMinutes] = match;
  if (!isCalendarDate(date!) || !isClock(clock!, seconds)) return undefined;
  const micro = fraction.slice(0, 6).padEnd(6, '0');
  const local = `${date}T${clock}:${seconds}${micro === '000000' ? '' : `.${micro}`}`;
  if (utc !== undefined) return `${local}Z`;
  if (sign === undefined) return local;
  if (offsetHours! > '23' || offsetMinutes! > '59') return undefined;
  if (offsetHours === '00' && offsetMinutes === '00') return `${local}Z`;
  return `${local}${sign === '+' ? '+' : '-'}${offsetHours}:${offsetMinutes}`;
}

function isCalendarDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text)!.map(Number) as [number, number, number, number];
  if (year === 0 || month < 1 || month > 12 || day < 1) return false;
  return day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
}

function isClock(clock: string, seconds: string): boolean {
  const [hour = '', minute = ''] = clock.split(':');
  return hour <= '23' && minute <= '59' && seconds <= '59';
}

function fromUnixTime(given: number): string | undefined {
  if (!Number.isFinite(given)) return undefined;
  const inSeconds = Math.abs(given) > MILLISECONDS_ABOVE ? given / 1000 : given;
  const seconds = Math.floor(inSeconds);
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  const micro = Math.round((inSeconds - seconds) * 1e6);
  const instant = Temporal.Instant.fromEpochNanoseconds((BigInt(seconds) * 1_000_000n + BigInt(micro)) * 1000n);
  return jsonDateTime(instant.toZonedDateTimeISO('UTC'));
}
