import { describe, expect, test } from 'vitest';
import { readMoment } from './read-moment.ts';

/** A Wednesday. */
const NOW = Date.parse('2027-03-03T10:30:00Z');

const read = (value: string | number) => {
  const moment = readMoment(value, NOW);
  return moment === undefined
    ? undefined
    : new Date(moment).toISOString().replace(':00.000Z', '').replace('.000Z', 'Z');
};

describe('dates', () => {
  test.each([
    ['2027-04-01', '2027-04-01T00:00'],
    ['2027-04-01T09:30', '2027-04-01T09:30'],
    ['2027-04-01 09:30', '2027-04-01T09:30'],
    [' 2027-04-01T09:30:15Z ', '2027-04-01T09:30:15Z'],
    ['2027-04-01T09:30:00+02:00', '2027-04-01T07:30'],
    ['2027-04-01T09:30[Europe/Berlin]', '2027-04-01T07:30'],
    ['2027-04-01T09:30:00+00:00', '2027-04-01T09:30'],
    [1806485400, '2027-03-31T09:30'],
    [1806485400000, '2027-03-31T09:30'],
    ['1806485400', '2027-03-31T09:30'],
  ])('%s', (written, moment) => expect(read(written)).toBe(moment));

  test.each([
    '2027-02-30',
    '2027-04-01T25:00',
    '2027-04-01T09:30+02:00[Nowhere/Else]',
    '2027-4-1',
    '2027',
    '-5',
    '',
  ])('refused: %s', (written) => expect(read(written)).toBeUndefined());

  test('numbers that are no moments are refused', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e20]) expect(read(value)).toBeUndefined();
  });
});

describe('phrases', () => {
  test.each([
    ['now', '2027-03-03T10:30'],
    ['in 10 minutes', '2027-03-03T10:40'],
    ['In  10  Minutes', '2027-03-03T10:40'],
    ['in 90s', '2027-03-03T10:31:30Z'],
    ['in an hour', '2027-03-03T11:30'],
    ['in a day', '2027-03-04T10:30'],
    ['in 1 hour and 30 minutes', '2027-03-03T12:00'],
    ['in 1 day, 2 hours', '2027-03-04T12:30'],
    ['in 1h 15m', '2027-03-03T11:45'],
    ['in 2 weeks', '2027-03-17T10:30'],
    ['in 1 month', '2027-04-03T10:30'],
    ['2 hours from now', '2027-03-03T12:30'],
    ['next week', '2027-03-10T10:30'],
    ['next month', '2027-04-03T10:30'],
    ['next year', '2028-03-03T10:30'],
    ['today 17:00', '2027-03-03T17:00'],
    ['today at 9am', '2027-03-03T09:00'],
    ['tomorrow', '2027-03-04T10:30'],
    ['tomorrow 09:00', '2027-03-04T09:00'],
    ['tomorrow at 9:15 pm', '2027-03-04T21:15'],
    ['tomorrow noon', '2027-03-04T12:00'],
    ['friday', '2027-03-05T00:00'],
    ['on Friday 8am', '2027-03-05T08:00'],
    ['next monday 8am', '2027-03-08T08:00'],
    ['wednesday 11:00', '2027-03-03T11:00'],
    ['wednesday 10:00', '2027-03-10T10:00'],
    ['next wednesday 11:00', '2027-03-10T11:00'],
    ['wed', '2027-03-10T00:00'],
    ['11:00', '2027-03-03T11:00'],
    ['at 9am', '2027-03-04T09:00'],
    ['12am', '2027-03-04T00:00'],
    ['12 pm', '2027-03-03T12:00'],
    ['midnight', '2027-03-04T00:00'],
  ])('%s', (written, moment) => expect(read(written)).toBe(moment));

  test.each([
    'sometime',
    'in a while',
    'in 10',
    'in minutes',
    'in ten minutes',
    'tomorrow 25:00',
    'tomorrow 9',
    '9',
    '13pm',
    'next fortnight',
    'yesterday',
    'in 999999999 years',
    'constructor',
    'in 5 constructor',
    '3 days ago',
  ])('refused: %s', (written) => expect(read(written)).toBeUndefined());
});
