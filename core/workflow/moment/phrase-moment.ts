import { clockTime } from './clock-time.ts';

const UNITS: Readonly<Record<string, string>> = {
  s: 'seconds',
  sec: 'seconds',
  second: 'seconds',
  m: 'minutes',
  min: 'minutes',
  minute: 'minutes',
  h: 'hours',
  hr: 'hours',
  hour: 'hours',
  d: 'days',
  day: 'days',
  w: 'weeks',
  week: 'weeks',
  month: 'months',
  year: 'years',
};
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MIDNIGHT = Temporal.PlainTime.from('00:00');

/**
 * The moment that an English phrase means, counted from `now`, in UTC: `in 10 minutes`, `2 hours from now`, `tomorrow 09:00`,
 * `next monday 8am`, `9:30 pm`, `next month`. Case and doubled spaces do not count. Undefined for any other phrase.
 */
export function phraseMoment(text: string, now: number): number | undefined {
  const phrase = text.toLowerCase().replace(/\s+/g, ' ').replace(/ at /g, ' ');
  const start = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC');
  const moment = relative(phrase, start) ?? ofDay(phrase, start) ?? ofWeekday(phrase, start) ?? ofClock(phrase, start);
  return moment?.epochMilliseconds;
}

type Moment = Temporal.ZonedDateTime;

function relative(phrase: string, start: Moment): Moment | undefined {
  if (phrase === 'now') return start;
  const [, next] = /^next (week|month|year)$/.exec(phrase) ?? [];
  if (next !== undefined) return start.add({ [`${next}s`]: 1 });
  const [, after, before] = /^(?:in (.+)|(.+) from now)$/.exec(phrase) ?? [];
  const span = after ?? before;
  return span === undefined ? undefined : addSpan(span, start);
}

/** `1 hour and 30 minutes`, `90s`, `a day`. */
function addSpan(span: string, start: Moment): Moment | undefined {
  let moment = start;
  for (const part of span.split(/,? and |, | (?=\d)/)) {
    const [, count, name] = /^(\d{1,9}|an?) ?([a-z]+?)s?$/.exec(part) ?? [];
    if (name === undefined || !Object.hasOwn(UNITS, name)) return undefined;
    const unit = UNITS[name]!;
    moment = addOrLast(moment, { [unit]: /^\d/.test(count!) ? Number(count) : 1 });
  }
  return moment;
}

/** What is too far away for a date is as far away as dates go, which `readMoment` refuses. */
function addOrLast(moment: Moment, duration: Temporal.DurationLike): Moment {
  try {
    return moment.add(duration);
  } catch (error) {
    if (error instanceof RangeError) return Temporal.Instant.fromEpochMilliseconds(8.64e15).toZonedDateTimeISO('UTC');
    throw error;
  }
}

/** `today 17:00`; `tomorrow` alone keeps the time of day. */
function ofDay(phrase: string, start: Moment): Moment | undefined {
  const [, day, clock] = /^(today|tomorrow)(?: (.+))?$/.exec(phrase) ?? [];
  if (day === undefined) return undefined;
  const date = day === 'today' ? start : start.add({ days: 1 });
  if (clock === undefined) return date;
  const time = clockTime(clock);
  return time && date.withPlainTime(time);
}

/** The first such day that is still to come; `next` never means today. Without a time: midnight. */
function ofWeekday(phrase: string, start: Moment): Moment | undefined {
  const [, next, name, clock] = /^(?:(next) |on |this )?([a-z]+)(?: (.+))?$/.exec(phrase) ?? [];
  const weekday = name === undefined ? -1 : WEEKDAYS.findIndex((day) => day === name || day.slice(0, 3) === name);
  const time = clock === undefined ? MIDNIGHT : clockTime(clock);
  if (weekday === -1 || time === undefined) return undefined;
  const days = (weekday + 1 - start.dayOfWeek + 7) % 7;
  const moment = start.add({ days }).withPlainTime(time);
  const isOver = days === 0 && (next !== undefined || Temporal.ZonedDateTime.compare(moment, start) <= 0);
  return isOver ? moment.add({ weeks: 1 }) : moment;
}

/** The next time that the clock shows this. */
function ofClock(phrase: string, start: Moment): Moment | undefined {
  const time = clockTime(phrase.replace(/^at /, ''));
  if (time === undefined) return undefined;
  const today = start.withPlainTime(time);
  return Temporal.ZonedDateTime.compare(today, start) > 0 ? today : today.add({ days: 1 });
}
