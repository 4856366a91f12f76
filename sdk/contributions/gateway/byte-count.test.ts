import { expect, test } from 'vitest';
import { z } from 'zod';
import { byteCount } from './byte-count.ts';

const size = z.union([z.string(), z.int().min(0)]).transform(byteCount);

test.each([
  ['64KiB', 65_536],
  ['1.5MB', 1_500_000],
  ['2 gib', 2_147_483_648],
  ['12', 12],
  [2_048, 2_048],
])('%s is %i bytes', (given, bytes) => {
  expect(size.parse(given)).toBe(bytes);
});

test.each(['much', '-1', '1TB', ''])('%j is no size, and the schema says so', (given) => {
  expect(size.safeParse(given).error?.issues).toMatchObject([
    { message: `${JSON.stringify(given)} is no size like 64KiB, 10MB or 2048` },
  ]);
});
