import { subtract } from '../values/arithmetic.ts';
import { castTo } from '../values/casts.ts';
import { type DateTime, isAware, isDate, isDateTime } from '../values/temporal-kind.ts';
import type { TimeDelta } from '../values/time-delta.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';

/** A datetime, a date, or a string that holds one in ISO 8601. */
export function dateArgument(given: Arguments, at: number): DateTime | Temporal.PlainDate {
  const value = given.value(at);
  return isDate(value) ? value : given.dateTime(at);
}

/** Seconds between two dates, negative when the second is earlier. */
export function secondsBetween(given: Arguments): number {
  const [start, end] = [dateArgument(given, 0), dateArgument(given, 1)];
  const [from, to] = isDate(start) && isDate(end) ? [start, end] : [castTo('datetime', start), castTo('datetime', end)];
  return (subtract(to as Value, from as Value) as TimeDelta).totalSeconds;
}

/** A naive datetime counts as UTC, the zone that hosts run in. */
export function aware(value: DateTime): Temporal.ZonedDateTime {
  return isAware(value) ? value : value.toZonedDateTime('UTC');
}

/** Microseconds since 1970, exact. */
export function epochMicroseconds(value: DateTime): bigint {
  return aware(value).epochNanoseconds / 1000n;
}

export function asDateTime(value: Value): DateTime | undefined {
  if (isDateTime(value)) return value;
  return isDate(value) ? value.toPlainDateTime() : undefined;
}
