import { expect, test } from 'vitest';
import { milliseconds } from './duration.ts';

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
