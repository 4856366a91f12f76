import { Cron } from 'croner';
import type { ScheduleTiming } from './schedule-spec.ts';

/** The occurrences of a schedule, epoch milliseconds. */
export interface Calendar {
  /** The first one after this moment. */
  after(moment: number): number | undefined;
  /** The last one at or before this moment. */
  upTo(moment: number): number | undefined;
}

const SECOND = 1_000;

/**
 * Cron with zones is the library's: a schedule with one hour, minute and second fires once a day, right after a skipped hour and in
 * the first of two repeated ones; any other follows the clock, so that it has nothing to do in a skipped hour and fires in both of
 * the repeated ones.
 */
export function calendarOf(timing: ScheduleTiming): Calendar {
  const { startAt = Number.NEGATIVE_INFINITY, endAt = Number.POSITIVE_INFINITY } = timing;
  const { after, upTo } = timing.cron === undefined ? ofInterval(timing) : ofCron(timing.cron, timing.timezone);
  return {
    after(moment) {
      const found = after(Math.max(moment, startAt - 1));
      return found !== undefined && found <= endAt ? found : undefined;
    },
    upTo(moment) {
      const found = upTo(Math.min(moment, endAt));
      return found !== undefined && found >= startAt ? found : undefined;
    },
  };
}

/** Throws what is wrong with the expression as the library says it. */
export function parseCron(expression: string, timezone: string): Cron {
  return new Cron(expression, { timezone, mode: '5-or-6-parts' });
}

function ofCron(expression: string, timezone: string): Calendar {
  const cron = parseCron(expression, timezone);
  // The library counts whole seconds.
  const whole = (moment: number) => Math.floor(moment / SECOND) * SECOND;
  return {
    after: (moment) => cron.nextRun(new Date(whole(moment)))?.getTime(),
    upTo: (moment) => cron.previousRuns(1, new Date(whole(moment) + SECOND))[0]?.getTime(),
  };
}

function ofInterval({ every = Number.NaN, offset = 0 }: ScheduleTiming): Calendar {
  const upTo = (moment: number) => Math.floor((moment - offset) / every) * every + offset;
  return { upTo, after: (moment) => upTo(moment) + every };
}

/** The newest `limit` occurrences after `from` up to `to`, oldest first. */
export function occurrencesBetween(calendar: Calendar, from: number, to: number, limit: number): number[] {
  const found: number[] = [];
  for (let at = calendar.upTo(to); at !== undefined && at > from && found.length < limit; at = calendar.upTo(at - 1))
    found.push(at);
  return found.reverse();
}

/** The next `count` occurrences after a moment. */
export function occurrencesAfter(calendar: Calendar, from: number, count: number): number[] {
  const found: number[] = [];
  for (let at = calendar.after(from); at !== undefined && found.length < count; at = calendar.after(at)) found.push(at);
  return found;
}
