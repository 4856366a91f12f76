import { isFloat, isInteger } from '../values/integer.ts';
import { isoDuration } from '../values/iso-duration.ts';
import { TimeDelta } from '../values/time-delta.ts';
import { exact, type Fit, lax } from './exactness.ts';

const ISO = /^([+-]?)P(.*)$/s;
const ISO_PART = /(\d+)(?:[.,](\d+))?([A-Z])/y;
const DAYS = /^([+-]?)(\d+) ?d(?:ays?)?,? ?(?:(.+))?$/is;
const CLOCK = /^([+-]?)(\d+):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?$/;

const DATE_UNITS: Readonly<Record<string, number>> = { Y: 365 * 86_400, M: 30 * 86_400, W: 7 * 86_400, D: 86_400 };
const TIME_UNITS: Readonly<Record<string, number>> = { H: 3600, M: 60, S: 1 };
const MICRO = 1_000_000;
/** Python's timedelta goes to 999,999,999 days; whole microseconds are exact in a number up to 285 years. */
const MAX_MICROSECONDS = Number.MAX_SAFE_INTEGER;

/** A span of time as ISO text (`PT1M30S`). A year counts 365 days, a month 30. */
export function readDuration(value: unknown): Fit | undefined {
  if (TimeDelta.is(value)) return exact(isoDuration(value));
  const micro = microseconds(value);
  if (micro === undefined || !(Math.abs(micro) <= MAX_MICROSECONDS)) return undefined;
  return lax(isoDuration(new TimeDelta(micro)));
}

function microseconds(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? MICRO : 0;
  if (isInteger(value) || isFloat(value)) return Math.round(Number(value) * MICRO);
  if (typeof value !== 'string') return undefined;
  return isoMicroseconds(value) ?? daysMicroseconds(value) ?? clockMicroseconds(value);
}

function isoMicroseconds(text: string): number | undefined {
  const [, sign, rest = ''] = ISO.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const [date = '', time = '', ...more] = rest.split('T');
  if (more.length > 0 || rest.length < 2) return undefined;
  const days = parts(date, DATE_UNITS);
  const clock = parts(time, TIME_UNITS);
  if (days === undefined || clock === undefined || (days.fraction && time !== '')) return undefined;
  return signed(sign, days.total + clock.total);
}

/** Numbers with units; only the last may have a fraction. */
function parts(
  text: string,
  units: Readonly<Record<string, number>>,
): { total: number; fraction: boolean } | undefined {
  let total = 0;
  let fraction = false;
  ISO_PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = ISO_PART.lastIndex) {
    const match = ISO_PART.exec(text);
    if (match === null || fraction || !Object.hasOwn(units, match[3]!)) return undefined;
    fraction = match[2] !== undefined;
    const seconds = units[match[3]!]!;
    total += Number(match[1]) * seconds * MICRO + Math.round(Number(`0.${match[2] ?? 0}`) * seconds * MICRO);
  }
  return { total, fraction };
}

function daysMicroseconds(text: string): number | undefined {
  const [, sign, days, rest] = DAYS.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const clock = rest === undefined ? 0 : /^\d/.test(rest) ? clockMicroseconds(rest) : undefined;
  return clock === undefined ? undefined : signed(sign, Number(days) * 86_400 * MICRO + clock);
}

function clockMicroseconds(text: string): number | undefined {
  const [, sign, hours = '', minutes = '', seconds, fraction = ''] = CLOCK.exec(text) ?? [];
  if (sign === undefined || minutes > '59' || (seconds ?? '00') > '59') return undefined;
  if (seconds === undefined && hours.length < 2) return undefined;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return signed(sign, whole * MICRO + Number(fraction.slice(0, 6).padEnd(6, '0')));
}

function signed(sign: string, amount: number): number {
  return sign === '-' ? -amount : amount;
}
