import { expect, test } from 'vitest';
import { ocelotPeriod } from './ocelot-period.ts';

test.each([
  ['1s', 1_000],
  ['1.5 h', 5_400_000],
  [' 2D ', 172_800_000],
  ['250', 250],
  ['250ms', 250],
  ['-3m', 180_000],
])('%j is %i ms', (text, ms) => {
  expect(ocelotPeriod(text)).toBe(ms);
});

test.each(['', 's', '1w', 'one', '1 2s'])('%j is no period', (text) => {
  expect(ocelotPeriod(text)).toBeUndefined();
});
