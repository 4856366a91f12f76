import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from './source-tree.fixture.ts';

test('every path that the map names exists', () => {
  const map = readFileSync(join(checkout, 'docs', 'map.md'), 'utf8');
  const paths = [...map.matchAll(/`((?:core|docs|bin|sdk|plugins|templates|tests|bench)\/[^`<]*)`/g)].map(
    (match) => match[1]!,
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});
