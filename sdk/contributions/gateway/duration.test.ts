import { expect, test } from 'vitest';
import { z } from 'zod';
import { milliseconds, positiveMilliseconds } from './duration.ts';

test.each([
  ['250ms', 250],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  [40, 40],
])('%s is %i milliseconds', (given, expected) => {
  expect(milliseconds(given)).toBe(expected);
});

test.each(['', '5', 's', '-1s', '5 s', '1m30s', -1, Number.NaN])('%s is no duration', (given) => {
  expect(() => milliseconds(given)).toThrow(TypeError);
});

const positive = z.union([z.string(), z.number()]).transform(positiveMilliseconds);

test('as a transform of a schema it gives milliseconds', () => {
  expect(['250ms', '1.5s', 40].map((given) => positive.parse(given))).toEqual([250, 1_500, 40]);
});

test.each(['0s', 0, 'soon', -1])('%s is no duration above 0, and the schema says so', (given) => {
  expect(positive.safeParse(given).error?.issues).toMatchObject([
    { message: `${JSON.stringify(given)} is no duration above 0 like 250ms, 5s, 1m or 2h` },
  ]);
});
