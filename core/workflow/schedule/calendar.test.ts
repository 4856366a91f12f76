import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calendar, calendarOf, occurrencesAfter, occurrencesBetween } from './calendar.ts';
import { dueTime } from './jitter.ts';

const at = (text: string) => Date.parse(text);
const iso = (moments: readonly number[]) => moments.map((moment) => new Date(moment).toISOString().slice(0, 16));
const cron = (expression: string, timezone = 'UTC') => calendarOf({ cron: expression, timezone });
const next = (calendar: Calendar, from: string, count: number) => iso(occurrencesAfter(calendar, at(from), count));

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 2, max: Math.min(20, max) }).map((step) => `*/${step}`),
    fc.integer({ min, max }).map(String),
    fc.uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 4 }).map((list) => list.join(',')),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map((ends) => ends.sort((a, b) => a - b).join('-')),
  );
const pattern = fc
  .tuple(field(0, 59), field(0, 23), fc.oneof(fc.constant('*'), field(1, 28)), fc.constant('*'), field(0, 6))
  .map((fields) => fields.join(' '));
const moment = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2029-01-01T00:00Z') });

/** Whether a field of a pattern holds for a number, read without the library. */
function holds(text: string, value: number, min: number): boolean {
  return text.split(',').some((part) => {
    const [range = '', step] = part.split('/');
    if (range === '*') return step === undefined || (value - min) % Number(step) === 0;
    const [from = Number.NaN, to = from] = range.split('-').map(Number);
    return value >= from && value <= to;
  });
}

describe('cron', () => {
  test('occurrences strictly increase, and each matches the expression on the clocks of its zone', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom(...ZONES), moment, (expression, timezone, from) => {
        const [minutes, hours, days, , weekdays] = expression.split(' ') as [string, string, string, string, string];
        const isDaily = /^\d+$/.test(minutes) && /^\d+$/.test(hours);
        let before = from;
        for (const occurrence of occurrencesAfter(cron(expression, timezone), from, 8)) {
          expect(occurrence).toBeGreaterThan(before);
          before = occurrence;
          const local = Temporal.Instant.fromEpochMilliseconds(occurrence).toZonedDateTimeISO(timezone);
          expect(local.second * 1_000 + local.millisecond).toBe(0);
          const dayMatches = holds(days, local.day, 1);
          const weekdayMatches = holds(weekdays, local.dayOfWeek % 7, 0);
          // Classic cron: when both are restricted, either suffices.
          const either = days !== '*' && weekdays !== '*';
          expect(either ? dayMatches || weekdayMatches : dayMatches && weekdayMatches).toBe(true);
          // The daily ones of a skipped hour come right after it.
          const shifted = isDaily && local.hoursInDay < 24;
          if (!shifted) expect([holds(minutes, local.minute, 0), holds(hours, local.hour, 0)]).toEqual([true, true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('looking back finds the same occurrences as looking ahead', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom(...ZONES), moment, (expression, timezone, from) => {
        const calendar = cron(expression, timezone);
        const ahead = occurrencesAfter(calendar, from, 10);
        if (ahead.length === 0) return;
        expect(occurrencesBetween(calendar, from, ahead.at(-1)!, 100)).toEqual(ahead);
      }),
      { numRuns: 300 },
    );
  });

  test('an hour that is skipped: a daily schedule fires right after it, one that follows the clock has nothing to do in it', () => {
    expect(next(cron('30 2 * * *', 'Europe/Berlin'), '2027-03-27T12:00Z', 2)).toEqual([
      '2027-03-28T01:00',
      '2027-03-29T00:30',
    ]);
    expect(next(cron('*/30 2 * * *', 'Europe/Berlin'), '2027-03-27T12:00Z', 2)).toEqual([
      '2027-03-29T00:00',
      '2027-03-29T00:30',
    ]);
    expect(next(cron('0 * * * *', 'Europe/Berlin'), '2027-03-27T23:30Z', 3)).toEqual([
      '2027-03-28T00:00',
      '2027-03-28T01:00',
      '2027-03-28T02:00',
    ]);
  });

  test('an hour that comes twice: a daily schedule fires in the first, one that follows the clock in both', () => {
    expect(next(cron('30 2 * * *', 'Europe/Berlin'), '2027-10-30T12:00Z', 2)).toEqual([
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
    expect(next(cron('*/30 2 * * *', 'Europe/Berlin'), '2027-10-30T12:00Z', 5)).toEqual([
      '2027-10-31T00:00',
      '2027-10-31T00:30',
      '2027-10-31T01:00',
      '2027-10-31T01:30',
      '2027-11-01T01:00',
    ]);
  });

  test('the last day of a month, and the second Friday', () => {
    expect(next(cron('0 9 L * *'), '2028-01-31T09:00Z', 2)).toEqual(['2028-02-29T09:00', '2028-03-31T09:00']);
    expect(next(cron('0 9 * * FRI#2'), '2027-01-01T00:00Z', 2)).toEqual(['2027-01-08T09:00', '2027-02-12T09:00']);
  });
});

describe('intervals', () => {
  test('they lie at multiples since 1970, moved by the offset', () => {
    const calendar = calendarOf({ every: 3_600_000, offset: 600_000, timezone: 'UTC' });
    expect(next(calendar, '2027-01-01T00:10Z', 2)).toEqual(['2027-01-01T01:10', '2027-01-01T02:10']);
    expect(iso([calendar.upTo(at('2027-01-01T00:10Z'))!])).toEqual(['2027-01-01T00:10']);
  });
});

test('nothing lies before the start or after the end, and both count', () => {
  const calendar = calendarOf({
    cron: '0 * * * *',
    timezone: 'UTC',
    startAt: at('2027-01-01T10:00Z'),
    endAt: at('2027-01-01T12:00Z'),
  });
  const all = ['2027-01-01T10:00', '2027-01-01T11:00', '2027-01-01T12:00'];
  expect(next(calendar, '2020-01-01T00:00Z', 10)).toEqual(all);
  expect(iso(occurrencesBetween(calendar, 0, at('2040-01-01T00:00Z'), 10))).toEqual(all);
});

test('jitter keeps the order, stays within its bounds, and is the same each time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 100_000 }),
      fc.nat(200_000),
      fc.uuid(),
      moment,
      (every, jitter, id, from) => {
        const calendar = calendarOf({ every, timezone: 'UTC' });
        const all = occurrencesAfter(calendar, from, 5);
        const due = all.map((occurrence) => dueTime(calendar, jitter, id, occurrence));
        expect(all.map((occurrence) => dueTime(calendar, jitter, id, occurrence))).toEqual(due);
        for (const [index, moment] of due.entries()) {
          expect(moment).toBeGreaterThanOrEqual(all[index]!);
          expect(moment).toBeLessThanOrEqual(all[index]! + jitter);
          expect(moment).toBeLessThan(all[index + 1] ?? Number.POSITIVE_INFINITY);
        }
      },
    ),
  );
});
