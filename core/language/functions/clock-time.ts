import { isDateTime, isTime } from '../values/temporal-kind.ts';
import type { Arguments } from './arguments.ts';

/** A time, or `HH:MM` or `HH:MM:SS`. */
export function clockTime(given: Arguments, at: number, fallback?: string): Temporal.PlainTime {
  if (isTime(given.value(at))) return given.value(at) as Temporal.PlainTime;
  const text = given.text(at, fallback);
  const [, hour, minute, second = '0'] = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text) ?? [];
  const parts = [Number(hour), Number(minute), Number(second)] as const;
  if (hour === undefined || parts[0] > 23 || parts[1] > 59 || parts[2] > 59)
    return given.fail('a time must look like HH:MM or HH:MM:SS');
  return new Temporal.PlainTime(...parts);
}

/** The time of day of a datetime, or of a string that holds one. */
export function timeOfDay(given: Arguments, at: number): Temporal.PlainTime {
  const value = given.value(at);
  return isDateTime(value) || typeof value === 'string'
    ? given.dateTime(at).toPlainTime()
    : given.reject(at, 'a datetime');
}
