import { andThen, type SharedState } from '@backplane/sdk';
import { type CalendarUnit, calendarPeriod } from './calendar.ts';
import type { Limiter } from './limiter.ts';

export interface QuotaOptions {
  readonly shared: SharedState;
  readonly limit: number;
  readonly unit: CalendarUnit;
  readonly timeZone: string;
  now(): number;
}

/** So many in a day, week or month of the calendar. */
export function quota({ shared, limit, unit, timeZone, now }: QuotaOptions): Limiter {
  let period = calendarPeriod(now(), unit, timeZone);
  return {
    limit,
    windowMs: period.end - period.start,
    take(key, cost) {
      const time = now();
      if (time >= period.end || time < period.start) period = calendarPeriod(time, unit, timeZone);
      const resetMs = period.end - time;
      return andThen(shared.add(`${key}/${period.start}`, cost, { ttlMs: resetMs + 1_000 }), ({ count }) => {
        const isAllowed = count <= limit;
        return { isAllowed, limit, remaining: Math.max(0, limit - count), resetMs, retryMs: isAllowed ? 0 : resetMs };
      });
    },
  };
}
