import { expect, test } from 'vitest';
import { readKeepTime } from './keep-time.ts';

test.each([
  ['45s', 45_000],
  ['90m', 5_400_000],
  ['12h', 43_200_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['0s', 0],
  ['forever', Number.POSITIVE_INFINITY],
  ['', undefined],
  ['30', undefined],
  ['d', undefined],
  ['-1d', undefined],
  ['1.5h', undefined],
  ['1 day', undefined],
  ['9999999d', undefined],
])('%s is %s', (text, milliseconds) => expect(readKeepTime(text)).toBe(milliseconds));
