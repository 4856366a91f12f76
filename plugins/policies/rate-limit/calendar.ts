export type CalendarUnit = 'day' | 'week' | 'month';

/** Epoch milliseconds; `end` is the first that no longer belongs to it. */
export interface CalendarPeriod {
  readonly start: number;
  readonly end: number;
}

/** The day, week (from Monday) or month around a moment, as the clocks of a time zone have it. */
export function calendarPeriod(now: number, unit: CalendarUnit, timeZone: string): CalendarPeriod {
  const day = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).startOfDay();
  const start = (
    unit === 'day' ? day : unit === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day.with({ day: 1 })
  ).startOfDay();
  const end = start.add({ [`${unit}s`]: 1 }).startOfDay();
  return { start: start.epochMilliseconds, end: end.epochMilliseconds };
}

/** True for `Europe/Berlin` and the like. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
